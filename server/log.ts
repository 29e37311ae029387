import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.ts';

/** Logs one event per line to stderr: JSON, or readable text where stderr is a terminal. */
export function createLog(level: Config['logLevel']): Logger {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stderr.isTTY
    ? pino(options, pretty({ destination: 2, ignore: 'part', messageFormat: '{part} {event} {msg}' }))
    : pino(options, pino.destination({ dest: 2, sync: true }));
}
