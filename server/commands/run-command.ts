import { type Logger, pino } from 'pino';

/**
 * Runs what stands behind `npm run NAME`: its number is the exit code; a fault is told in its one sentence, as 1. What is
 * logged meanwhile goes to standard error, from warnings up: standard output is the command's own.
 */
export async function runCommand(run: (log: Logger) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run(pino({ level: 'warn' }, pino.destination(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
