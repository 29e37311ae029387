/**
 * What a server says of itself to the others on its database: a row that it renews while it runs. The others see by it that
 * a server ended or died, and take over what that one leaves behind.
 */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Database } from '../db/database.ts';
import packageJson from '../../package.json' with { type: 'json' };

export interface ServerLeaseOptions {
  database: Database;
  /** Addresses of its pages at the moment. */
  addresses: () => readonly string[];
  log: Logger;
  /** Time between two renewals, ms. Default 2,000; shorter in tests. */
  beat?: number;
}

/** Another server of this database. Times are of the clock of the database. */
export interface OtherServer {
  id: string;
  host: string;
  version: string;
  addresses: string[];
  startedAt: Date;
  seenAt: Date;
  /** `gone`: it ended, or has not renewed its lease in time. */
  state: 'running' | 'draining' | 'gone';
}

const BEAT = 2_000;
/** A lease that was not renewed for this many beats has run out. */
const BEATS_TO_LIVE = 3;
/** Rows of servers that are gone are kept for this long: as long as anything that they left behind may wait. */
const KEPT = '7 days';

export class ServerLease {
  /** Of this run: a server that is started again is another one. */
  readonly id: string = randomUUID();
  readonly #database: Database;
  readonly #addresses: () => readonly string[];
  readonly #log: Logger;
  readonly #life: number;
  readonly #timer: NodeJS.Timeout;
  readonly #beats = new SerialQueue();
  /** Since when every renewal has come in time, ms of performance.now(). */
  #steadySince = performance.now();
  #renewedAt = performance.now();
  #failing = false;
  #draining = false;
  #closed = false;

  /** Rejects where the database takes nothing. */
  static async open(options: ServerLeaseOptions): Promise<ServerLease> {
    const lease = new ServerLease(options);
    try {
      await lease.#insert();
    } catch (error) {
      clearInterval(lease.#timer);
      throw error;
    }
    return lease;
  }

  private constructor({ database, addresses, log, beat = BEAT }: ServerLeaseOptions) {
    this.#database = database;
    this.#addresses = addresses;
    this.#log = log.child({ part: 'servers' });
    this.#life = beat * BEATS_TO_LIVE;
    this.#timer = setInterval(() => void this.renew(), beat).unref();
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Never rejects. */
  renew(): Promise<void> {
    return this.#beats.run(async () => {
      if (this.#closed) return;
      try {
        const renewed = await this.#database.fork().execute<{ id: string }[]>(
          `update server set seen_at = now(), addresses = ?::jsonb,
             draining_at = case when ? then coalesce(draining_at, now()) end
           where id = ? returning id`,
          [this.#addressesNow(), this.#draining, this.id],
        );
        // A backup that was restored under a running server knows nothing of it.
        if (renewed.length === 0) await this.#insert();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) {
          this.#log.warn(
            { event: 'lease.not-renewed', err: error },
            'other servers may take this one for dead',
          );
        }
        this.#failing = true;
        return;
      }
      const now = performance.now();
      if (now - this.#renewedAt > this.#life) this.#steadySince = now;
      this.#renewedAt = now;
    });
  }

  /** Tells the others that this server is about to end. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.renew();
  }

  /** All other servers that run, or that have not been gone for a week; the last started first. */
  async others(): Promise<OtherServer[]> {
    const rows = await this.#database.fork().execute<(OtherServer & { late: boolean })[]>(
      `select id, host, version, addresses, started_at "startedAt", seen_at "seenAt",
         case when ended_at is not null then 'gone' when draining_at is not null then 'draining' else 'running' end state,
         seen_at < now() - ? * interval '1 ms' late
       from server where id <> ? order by started_at desc`,
      [this.#life, this.id],
    );
    // While the database was away nobody could renew: whoever lives has done it again one lease later.
    const steady = performance.now() - this.#steadySince >= this.#life && !this.#failing;
    return rows.map(({ id, host, version, addresses, startedAt, seenAt, state, late }) => ({
      id,
      host,
      version,
      addresses,
      startedAt: new Date(startedAt),
      seenAt: new Date(seenAt),
      state: late && steady ? 'gone' : state,
    }));
  }

  /** The ids of those of them that ended or died. */
  async gone(): Promise<string[]> {
    return (await this.others()).flatMap(({ id, state }) => (state === 'gone' ? [id] : []));
  }

  /** Says that this server has ended. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#beats.idle();
    await this.#database
      .fork()
      .execute('update server set ended_at = now() where id = ?', [this.id])
      .catch((error: unknown) =>
        this.#log.warn({ event: 'lease.not-ended', err: error }, 'other servers learn of the end by silence'),
      );
  }

  async #insert(): Promise<void> {
    const em = this.#database.fork();
    await em.execute(`delete from server where seen_at < now() - interval '${KEPT}'`);
    await em.execute(
      `insert into server (id, host, version, addresses, started_at, seen_at, draining_at)
       values (?, ?, ?, ?::jsonb, now(), now(), case when ? then now() end)`,
      [this.id, os.hostname(), packageJson.version, this.#addressesNow(), this.#draining],
    );
  }

  #addressesNow(): string {
    return JSON.stringify(this.#addresses());
  }
}
