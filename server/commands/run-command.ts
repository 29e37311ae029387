import { type Logger, pino } from 'pino';
import { OperatorError } from '../operator-error.ts';

/**
 * Runs what `npm run NAME` stands for, with the returned number as the exit code. An OperatorError is printed as its
 * sentence, any other error with its stack; the exit code is then 1. An option that `parseArgs` refuses is printed as a sentence too. Standard output belongs to the command: the log
 * writes to standard error, from warnings up.
 */
export async function runCommand(run: (log: Logger) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run(pino({ level: 'warn' }, pino.destination(2)));
  } catch (error) {
    console.error(error instanceof OperatorError || isMistyped(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** What `parseArgs` throws for an option that does not exist, or that lacks its value. */
function isMistyped(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
