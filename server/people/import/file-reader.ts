/** Reads files of people in a thread of its own, one at a time, with a limit of time and of memory. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { SerialQueue } from '../../async/serial.ts';
import { MusterError } from '../../protocol/error.ts';
import type { ReadChoices, TableFile } from './read-file.ts';
import type { ReadJob, ReadOutcome } from './read-thread.ts';

const THREAD = new URL('./read-thread.ts', import.meta.url);

const LIMITS = {
  /** ms; 20,000 rows of a workbook take 4 s on one busy core. */
  time: 60_000,
  /** Of the thread's objects, MB. */
  memory: 1_024,
  /** A table that was read is kept for this long, ms, because the next step of an import sends the same file again. */
  kept: 5 * 60_000,
} as const;

export class FileReader {
  readonly #log: Logger;
  readonly #queue = new SerialQueue();
  #last: { key: string; table: TableFile } | null = null;
  #forget: NodeJS.Timeout | undefined;

  constructor({ log }: { log: Logger }) {
    this.#log = log;
  }

  /** Throws MusterError `validation-failed` for a file that cannot be read, and `too-large`. */
  read(bytes: Uint8Array, choices: ReadChoices): Promise<TableFile> {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const key = JSON.stringify([hash, choices.sheet, choices.encoding, choices.delimiter]);
    return this.#queue.run(async () => {
      if (this.#last?.key === key) return this.#last.table;
      const table = await this.#inThread({ bytes, choices });
      this.#keep({ key, table });
      return table;
    });
  }

  #keep(last: { key: string; table: TableFile }): void {
    this.#last = last;
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => (this.#last = null), LIMITS.kept).unref();
  }

  async #inThread(job: ReadJob): Promise<TableFile> {
    const worker = new Worker(THREAD, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.memory },
    });
    const ended = Promise.withResolvers<ReadOutcome>();
    worker.once('message', ended.resolve);
    worker.once('error', ended.reject);
    worker.once('exit', () => ended.reject(new Error('The thread ended without an outcome.')));
    const late = setTimeout(() => ended.reject(new Error('The file was not read in time.')), LIMITS.time);
    let outcome: ReadOutcome;
    try {
      outcome = await ended.promise;
    } catch (error) {
      // Out of memory, out of time, or a fault of the reader: of a file from outside, nothing else can be said.
      this.#log.warn({ event: 'import-file.unreadable', err: error }, 'a file could not be read');
      const message = 'cannot be read: save it again as CSV or .xlsx';
      throw new MusterError('validation-failed', `The file ${message}.`, {
        faults: [{ path: 'file', message }],
        cause: error,
      });
    } finally {
      clearTimeout(late);
      await worker.terminate();
    }
    if ('table' in outcome) return outcome.table;
    const { code, message, faults } = outcome.refused;
    throw new MusterError(code, message, faults && { faults });
  }
}
