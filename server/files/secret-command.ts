/** A secret that a command prints, for use with a key service or a vault. */
import { execFile } from 'node:child_process';
import { OperatorError } from '../operator-error.ts';

export interface SecretCommand {
  command: readonly string[];
  /** The variable that names the command, for messages. */
  name: string;
  /** What it prints, for messages: `key`, `password`. */
  thing: string;
}

/** Longest wait, ms: the operator may have to touch a hardware token. */
const TIMEOUT = 30_000;
/** Longest output that is read, bytes. */
const OUTPUT = 4096;
/** How much of the error output of a failed command is shown, characters. */
const COMPLAINT = 200;

/**
 * Runs the command without a shell. Its standard output, without blanks around it, is the secret, and appears in no message.
 * The end of its error output does, because the operator could not fix the fault otherwise.
 *
 * @throws OperatorError
 */
export function secretOfCommand({ command, name, thing }: SecretCommand): Promise<string> {
  const [program = '', ...args] = command;
  const options = { timeout: TIMEOUT, maxBuffer: OUTPUT, windowsHide: true };
  return new Promise<string>((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout.trim());
      const said = stderr.trim().slice(-COMPLAINT).replaceAll(/\s+/g, ' ');
      // The message of this error would repeat the whole command and its output.
      reject(
        new OperatorError(
          `The command of ${name} (${program}) ${failure(error, thing)}${said === '' ? '.' : `: ${said}`}`,
        ),
      );
    });
    child.stdin?.end();
  });
}

function failure(
  error: Error & { code?: unknown; killed?: boolean; signal?: unknown },
  thing: string,
): string {
  if (error.code === 'ENOENT') return 'is not found';
  if (error.code === 'EACCES') return 'may not be run';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `writes more than a ${thing}`;
  if (error.killed) return `gives no ${thing} within ${TIMEOUT / 1000} s`;
  return typeof error.code === 'number'
    ? `fails (exit code ${error.code})`
    : `ends by ${String(error.signal)}`;
}
