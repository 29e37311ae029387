/**
 * A fault that the person who runs Muster can mend: a wrong setting, a missing file, a port in use. The message is one
 * sentence that says what to do. Programs print only the message; any other error is a bug and is printed with its stack.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
