/**
 * Follows changes that other servers on the same database, or commands, have made: of people, departments, devices, accounts, sites, settings and consent texts. It
 * reads them from the audit trail, which holds every such act. Events are committed in the order of their numbers, so none is
 * missed.
 */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Database } from '../db/database.ts';

export interface AuditFeedOptions {
  database: Database;
  log: Logger;
  /** Time between two looks, ms. */
  period?: number;
}

/** One look by the primary key takes a fraction of a millisecond. */
const PERIOD = 1_000;

/** By the kind of the object: the acts that a running server must know of. */
const ACTS = {
  person: [
    'person.changed',
    'person.erased',
    'person.merged',
    'consent.withdrawn',
    'templates.replaced',
    'look-alike.recorded',
    'look-alike.removed',
  ],
  department: ['department.renamed', 'department.joined'],
  device: ['device.paired', 'device.changed', 'device.revoked'],
  account: ['account.changed', 'account.disabled', 'account.password-changed', 'account.reset'],
  site: ['site.changed'],
  setting: ['setting.changed'],
  'consent-text': ['consent-text.released'],
} as const;

/** What to do for each object that changed, by its id. */
export type AuditFollowers = Record<keyof typeof ACTS, (id: string) => Promise<void>>;

export class AuditFeed {
  readonly #options: AuditFeedOptions;
  #followers: AuditFollowers | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Number of the last event seen. */
  #seen: number;
  readonly #looks = new SerialQueue();
  #closed = false;
  #failing = false;

  private constructor(options: AuditFeedOptions, seen: number) {
    this.#options = { ...options, log: options.log.child({ part: 'audit-feed' }) };
    this.#seen = seen;
  }

  /** Reports changes from now on. Open it before the data that it keeps up to date is loaded. */
  static async open(options: AuditFeedOptions): Promise<AuditFeed> {
    const [{ seq }] = await options.database
      .fork()
      .execute<[{ seq: string }]>('select coalesce(max(seq), 0) seq from audit_event');
    return new AuditFeed(options, Number(seq));
  }

  /**
   * Follows changes from now on, those since `open` first. A follower is called for each object that was changed, here or
   * elsewhere, and called again for the same change when it failed.
   */
  start(followers: AuditFollowers): void {
    this.#followers = followers;
    this.#timer = setInterval(() => void this.look(), this.#options.period ?? PERIOD).unref();
  }

  /** Looks now, or after the look that is under way. Never rejects. */
  look(): Promise<void> {
    return this.#looks.run(async () => {
      if (this.#closed) return;
      try {
        await this.#follow();
        this.#failing = false;
      } catch (error) {
        // Logged once per outage of the database. The changes missed meanwhile are found when it is back.
        if (!this.#failing) {
          this.#options.log.warn(
            { event: 'audit-feed.failed', err: error },
            'changes that others made cannot be followed',
          );
        }
        this.#failing = true;
      }
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#looks.idle();
  }

  async #follow(): Promise<void> {
    const followers = this.#followers;
    if (!followers) return;
    const events = await this.#options.database
      .fork()
      .execute<{ seq: string; kind: keyof AuditFollowers | null; id: string }[]>(
        `select seq, case when act = any(?::text[]) then object_kind end kind, object_id id
         from audit_event where seq > ? order by seq`,
        [`{${Object.values(ACTS).flat().join(',')}}`, this.#seen],
      );
    const changed = new Map(
      events.flatMap(({ kind, id }) => (kind ? [[`${kind} ${id}`, { kind, id }]] : [])),
    );
    for (const { kind, id } of changed.values()) await followers[kind](id);
    this.#seen = Math.max(this.#seen, ...events.map(({ seq }) => Number(seq)));
  }
}
