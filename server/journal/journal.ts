/** What must not be lost until it is done: on the disk, sealed, in order, across restarts. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import { type LogKey, SealedLog } from './sealed-log.ts';

export interface JournalOptions {
  file: string;
  key: LogKey;
  log: Logger;
  /** Tasks were written and survive a power cut, which took so many ms; or, where not `ok`, the disk refused them. */
  onWrite?: (took: number, ok: boolean) => void;
}

/** Can be written as JSON. */
export interface Task {
  /** Adding a task with the same id again replaces it. */
  id: string;
}

type Entry<T> = { task: T } | { done: string };

/** After this many tasks that are done but still in the file, the file is rewritten. */
const DONE_KEPT = 1_000;

export class Journal<T extends Task> {
  /** Whether the file was found changed or foreign at the start: somebody should look at what was put aside. */
  readonly damaged: boolean;
  readonly #log: Logger;
  readonly #file: SealedLog;
  readonly #queue = new SerialQueue();
  readonly #waiting = new Map<string, T>();
  readonly #onWrite: NonNullable<JournalOptions['onWrite']>;
  #doneInFile = 0;
  #closed = false;

  private constructor(
    file: SealedLog,
    { log, onWrite = () => {} }: Pick<JournalOptions, 'log' | 'onWrite'>,
    damaged: boolean,
  ) {
    this.#file = file;
    this.#log = log;
    this.#onWrite = onWrite;
    this.damaged = damaged;
  }

  /** Reads what an earlier run left. Throws where the disk refuses. */
  static async open<T extends Task>(options: JournalOptions): Promise<Journal<T>> {
    const log = options.log.child({ part: 'journal' });
    await mkdir(path.dirname(options.file), { recursive: true });
    const opened = await SealedLog.open(options.file, options.key);
    const { fault, aside } = opened;
    if (fault === 'torn')
      log.info({ event: 'journal.torn' }, 'the end of the journal was half written: cut off');
    else if (fault !== null) {
      log.error(
        { event: 'journal.damaged', fault, aside, recovered: opened.records.length },
        'the journal was changed, or belongs to another installation: what opens is used, the file was put aside',
      );
    }
    const journal = new Journal<T>(
      opened.log,
      { ...options, log },
      fault === 'changed' || fault === 'foreign',
    );
    for (const record of opened.records) journal.#take(JSON.parse(record.toString()) as Entry<T>);
    if (journal.#waiting.size === 0 && opened.records.length > 0) await opened.log.clear();
    return journal;
  }

  /** Tasks that are not done, in the order in which they were added. */
  get waiting(): T[] {
    return [...this.#waiting.values()];
  }

  /** Resolves when they would survive a power cut; rejects, and keeps none of them, where the disk refuses. */
  add(tasks: readonly T[]): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#closed) throw new Error('the journal is closed');
      const began = performance.now();
      let ok = false;
      try {
        await this.#write(tasks);
        ok = true;
      } finally {
        this.#onWrite(performance.now() - began, ok);
      }
      for (const task of tasks) this.#waiting.set(task.id, task);
    });
  }

  /**
   * Forgets a task. Never rejects: a task that a crash or a full disk brings back is done a second time, which must do no
   * harm. For the same reason it need not be on the disk.
   */
  done(id: string): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#closed || !this.#waiting.delete(id)) return;
      try {
        await this.#noteDone(id);
      } catch (error) {
        this.#log.warn(
          { event: 'journal.not-noted', err: error },
          'a task that is done stays in the journal',
        );
      }
    });
  }

  /** Resolves when everything so far is written. Idempotent. */
  close(): Promise<void> {
    return this.#queue.run(() => {
      this.#closed = true;
      return this.#file.close();
    });
  }

  async #write(tasks: readonly T[]): Promise<void> {
    const after = new Map(this.#waiting);
    for (const task of tasks) after.set(task.id, task);
    if (this.#file.doubtful) await this.#file.rewrite([...after.values()].map((task) => encode({ task })));
    else
      await this.#file.append(
        tasks.map((task) => encode({ task })),
        { sync: true },
      );
  }

  async #noteDone(id: string): Promise<void> {
    if (this.#waiting.size === 0) {
      this.#doneInFile = 0;
      return this.#file.clear();
    }
    this.#doneInFile += 1;
    if (this.#doneInFile < DONE_KEPT && !this.#file.doubtful) {
      return this.#file.append([encode({ done: id })], { sync: false });
    }
    await this.#file.rewrite(this.waiting.map((task) => encode({ task })));
    this.#doneInFile = 0;
  }

  #take(entry: Entry<T>): void {
    if ('done' in entry) this.#waiting.delete(entry.done);
    else this.#waiting.set(entry.task.id, entry.task);
  }
}

function encode(entry: Entry<Task>): Buffer {
  return Buffer.from(JSON.stringify(entry));
}
