/**
 * Keeps the last event of the audit trail in the data folder too. An attacker who can change only the database cannot remove
 * the end of the trail, or replace the whole trail, without being noticed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isCutShort } from '../files/cut-short.ts';
import { SerialQueue } from '../async/serial.ts';
import { writeDurably } from '../files/durable-file.ts';
import { OperatorError } from '../operator-error.ts';
import type { Database } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';

const anchor = z.object({ seq: z.int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type AuditAnchor = z.infer<typeof anchor>;

/** How often the end of the trail is saved, ms: at most the events of this time can be removed unnoticed. */
const PERIOD = 10_000;

/**
 * The saved end of the trail, or null if none was saved yet.
 *
 * @throws OperatorError if the file is damaged
 */
export async function readAnchor(dataDir: string): Promise<AuditAnchor | null> {
  const file = fileIn(dataDir);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return anchor.parse(JSON.parse(text));
  } catch (cause) {
    if (isCutShort(text)) {
      throw new OperatorError(
        `${file} is damaged: it is empty or cut short, as after a power cut or on a full disk. Delete it, and the server saves the end of the trail again; then run npm run audit -- verify, with --head where you noted an end elsewhere.`,
        { cause },
      );
    }
    throw new OperatorError(
      `${file} is damaged: it is whole, and Muster did not write it like this. Somebody may have changed it: keep a copy, restore it from a backup, and run npm run audit -- verify.`,
      { cause },
    );
  }
}

export class AnchorKeeper {
  readonly #database: Database;
  readonly #dataDir: string;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #kept: AuditAnchor | null;
  readonly #queue = new SerialQueue();
  #broken = false;

  private constructor(
    options: { database: Database; dataDir: string; log: Logger },
    kept: AuditAnchor | null,
  ) {
    this.#database = options.database;
    this.#dataDir = options.dataDir;
    this.#log = options.log.child({ part: 'audit' });
    this.#kept = kept;
    this.#timer = setInterval(() => void this.keep(), PERIOD);
  }

  static async start(options: { database: Database; dataDir: string; log: Logger }): Promise<AnchorKeeper> {
    const keeper = new AnchorKeeper(options, await readAnchor(options.dataDir));
    await keeper.keep();
    return keeper;
  }

  /** Saves the current end of the trail. If the trail has lost its saved end, logs that and keeps the saved end. */
  keep(): Promise<void> {
    return this.#queue.run(async () => {
      try {
        await this.#follow();
      } catch (error) {
        this.#log.warn(
          { event: 'audit.anchor-failed', err: error },
          'the end of the audit trail could not be saved',
        );
      }
    });
  }

  /** Saves the end of the trail once more. Idempotent. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.keep();
  }

  async #follow(): Promise<void> {
    const em = this.#database.fork();
    const [head] = await em.find(AuditEvent, {}, { orderBy: { seq: 'desc' }, limit: 1 });
    const kept = this.#kept;
    if (kept && !this.#broken) {
      const [first] = await em.find(AuditEvent, {}, { orderBy: { seq: 'asc' }, limit: 1 });
      const same = await em.findOne(AuditEvent, { seq: kept.seq });
      const purged = first !== undefined && first.seq > kept.seq;
      if (!purged && (!same || hex(same.hash) !== kept.hash)) {
        this.#broken = true;
        this.#log.error(
          { event: 'audit.broken', seq: kept.seq },
          'the audit trail has lost an event: run npm run audit -- verify',
        );
      }
    }
    if (!head || this.#broken || head.seq === kept?.seq) return;
    const now = { seq: head.seq, hash: hex(head.hash) };
    await writeDurably(fileIn(this.#dataDir), `${JSON.stringify(now)}\n`);
    this.#kept = now;
  }
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'audit.anchor');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
