/**
 * Reports who comes and leaves, and what wardens tick, while somebody looks. Like the audit feed it looks into the database
 * every second, because other servers may write there too; without listeners it costs nothing.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import type { PresencePort, PresenceReport } from '../signaling/presence-watch.ts';
import type { PresenceBoard } from './presence-board.ts';
import type { RollCallService } from './roll-call-service.ts';

export interface PresenceFeedOptions {
  database: Database;
  board: PresenceBoard;
  rollCalls: RollCallService;
  log: Logger;
  /** Time between two looks, ms. */
  period?: number;
}

const PERIOD = 1_000;

export class PresenceFeed implements PresencePort {
  readonly #options: PresenceFeedOptions;
  readonly #listeners = new Set<(report: PresenceReport) => void>();
  /** Versions as they were last reported, by the id of the roll call. */
  readonly #versions = new Map<string, number>();
  #serial: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #failing = false;
  #closed = false;

  constructor(options: PresenceFeedOptions) {
    this.#options = { ...options, log: options.log.child({ part: 'presence-feed' }) };
    options.rollCalls.on('roll-call.changed', this.#onChanged);
  }

  /** Reports changes from now on, until the returned function is called. */
  follow(listener: (report: PresenceReport) => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => void this.#look(), this.#options.period ?? PERIOD).unref();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#rest();
    this.#options.rollCalls.off('roll-call.changed', this.#onChanged);
    await this.#looking;
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#serial = null;
    this.#versions.clear();
  }

  /** Never rejects. A look that takes longer than the period is not overtaken by the next one. */
  #look(): Promise<void> {
    this.#looking ??= this.#changes()
      .then(() => {
        this.#failing = false;
      })
      .catch((error: unknown) => {
        if (!this.#failing && !this.#closed) {
          this.#options.log.warn(
            { event: 'presence-feed.failed', err: error },
            'pages do not hear who comes and leaves',
          );
        }
        this.#failing = true;
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #changes(): Promise<void> {
    const { board, database, rollCalls } = this.#options;
    const { serial } = await board.read();
    if (serial !== this.#serial) this.#report({ notify: 'presence.changed', data: { serial } });
    this.#serial = serial;
    const rows = await database.fork().execute<{ id: string; version: number; open: boolean }[]>(
      `select id, version, ended_at is null open from roll_call
          where ended_at is null or ended_at > now() - interval '1 day'`,
    );
    for (const { id, version, open } of rows) {
      this.#reportVersion(id, version);
      if (open) await rollCalls.compare(id);
    }
  }

  readonly #onChanged = ({ rollCallId, version }: { rollCallId: string; version: number }) =>
    this.#reportVersion(rollCallId, version);

  #reportVersion(rollCallId: string, version: number): void {
    if (version <= (this.#versions.get(rollCallId) ?? 0)) return;
    this.#versions.set(rollCallId, version);
    this.#report({ notify: 'roll-call.changed', data: { rollCallId, version } });
  }

  #report(report: PresenceReport): void {
    for (const listener of this.#listeners) listener(report);
  }
}
