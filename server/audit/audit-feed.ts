/**
 * Follows changes that other servers on the same database, or commands, have made: of people, departments, devices, accounts,
 * sessions, invitations, sites, settings and consent texts. It reads them from the audit trail, which holds every such act.
 * Events are committed in the order of their numbers, so none is missed. PostgreSQL says when the trail has grown, so that a
 * look follows within milliseconds; the look once a second finds what such a message did not bring.
 */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { ChannelListener } from '../db/channel-listener.ts';
import type { Database } from '../db/database.ts';
import type { AuditAct, AuditSubject } from '../protocol/audit-acts.ts';
import { AUDIT_CHANNEL } from './audit.ts';

export interface AuditFeedOptions {
  database: Database;
  log: Logger;
  /** Time between two looks, ms. */
  period?: number;
  /** False looks by the clock alone. */
  listen?: boolean;
}

/** One look by the primary key takes a fraction of a millisecond. */
const PERIOD = 1_000;

/** For each follower: the acts that a running server must know of, and the kind of their object. */
const ACTS = {
  person: {
    of: 'person',
    acts: [
      'person.changed',
      'person.erased',
      'person.merged',
      'consent.withdrawn',
      'templates.replaced',
      'look-alike.recorded',
      'look-alike.removed',
    ],
  },
  department: { of: 'department', acts: ['department.renamed', 'department.joined'] },
  device: {
    of: 'device',
    acts: ['device.added', 'device.paired', 'device.changed', 'device.token-replaced', 'device.revoked'],
  },
  account: {
    of: 'account',
    acts: [
      'account.changed',
      'account.disabled',
      'account.password-changed',
      'account.reset',
      'session.revoked',
    ],
  },
  /** Called with the id of the account. */
  session: { of: 'session', acts: ['session.closed', 'session.revoked'] },
  /** Called with the id of an invitation to enroll that has ended. */
  invitation: { of: 'person', acts: ['invitation.created', 'invitation.declined', 'invitation.revoked'] },
  /** The same, of one that was opened, maybe on another phone. */
  invitationOpened: { of: 'person', acts: ['invitation.opened'] },
  site: { of: 'site', acts: ['site.changed'] },
  setting: { of: 'setting', acts: ['setting.changed'] },
  'consent-text': { of: 'consent-text', acts: ['consent-text.released'] },
} as const satisfies Record<string, { of: AuditSubject; acts: readonly AuditAct[] }>;

type Follower = keyof typeof ACTS;

/** What to do for each object that changed, by its id. */
export type AuditFollowers = Record<Follower, (id: string) => Promise<void>>;

const FOLLOWED: readonly { follower: Follower; of: AuditSubject; acts: readonly AuditAct[] }[] =
  Object.entries(ACTS).map(([follower, { of, acts }]) => ({ follower: follower as Follower, of, acts }));

interface FollowedEvent {
  seq: string;
  /** Null of an act that nobody follows. */
  act: AuditAct | null;
  kind: AuditSubject;
  id: string;
  detail: string;
}

export class AuditFeed {
  readonly #options: AuditFeedOptions;
  #followers: AuditFollowers | null = null;
  #timer: NodeJS.Timeout | null = null;
  #listener: ChannelListener | null = null;
  /** A look that was asked for and has not begun. */
  #asked = false;
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
    const { database, period = PERIOD, listen = true } = this.#options;
    this.#timer = setInterval(() => void this.look(), period).unref();
    if (listen) this.#listener = database.listen(AUDIT_CHANNEL, () => this.#nudge());
  }

  /** Looks now, or after the look that is under way. Never rejects. */
  look(): Promise<void> {
    return this.#looks.run(async () => {
      this.#asked = false;
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

  /** Number of the last event that everything here follows. */
  get revision(): number {
    return this.#seen;
  }

  /**
   * The people whose gallery entries may have changed after this event and up to `revision`; null where that cannot be told,
   * because there are too many or because events of then have been deleted.
   */
  async peopleSince(revision: number, most: number): Promise<string[] | null> {
    const upTo = this.#seen;
    if (revision >= upTo) return [];
    const people = await this.#options.database.fork().execute<{ id: string | null }[]>(
      `(select null id from audit_event having min(seq) > ?)
       union all
       (select distinct object_id id from audit_event
        where seq > ? and seq <= ? and object_kind = 'person' and act = any(?::text[]) limit ?)`,
      [revision + 1, revision, upTo, `{${ACTS.person.acts.join(',')}}`, most + 1],
    );
    const ids = people.map(({ id }) => id);
    return ids.length > most || ids.includes(null) ? null : (ids as string[]);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#listener?.close();
    await this.#looks.idle();
  }

  /** However many messages come while a look is under way, one more look follows. */
  #nudge(): void {
    if (this.#asked) return;
    this.#asked = true;
    void this.look();
  }

  async #follow(): Promise<void> {
    const followers = this.#followers;
    if (!followers) return;
    const events = await this.#options.database.fork().execute<FollowedEvent[]>(
      `select seq, case when act = any(?::text[]) then act end act, object_kind kind, object_id id,
         case when act like 'session.%' or act like 'invitation.%' then detail else '{}' end detail
       from audit_event where seq > ? order by seq`,
      [`{${[...new Set(FOLLOWED.flatMap(({ acts }) => acts))].join(',')}}`, this.#seen],
    );
    const changed = new Map(
      events.flatMap((event) => changesOf(event).map((one) => [`${one.follower} ${one.id}`, one])),
    );
    for (const { follower, id } of changed.values()) await followers[follower](id);
    this.#seen = Math.max(this.#seen, ...events.map(({ seq }) => Number(seq)));
  }
}

function changesOf({ act, kind, id, detail }: FollowedEvent): { follower: Follower; id: string }[] {
  if (act === null) return [];
  return FOLLOWED.flatMap(({ follower, of, acts }) => {
    if (of !== kind || !acts.includes(act)) return [];
    const concerned = concernedBy(follower, act, id, detail);
    return concerned === undefined ? [] : [{ follower, id: concerned }];
  });
}

/** Undefined where the event does not say, as an earlier version wrote it. */
function concernedBy(follower: Follower, act: AuditAct, id: string, detail: string): string | undefined {
  if (follower !== 'session' && follower !== 'invitation' && follower !== 'invitationOpened') return id;
  const { before, after } = JSON.parse(detail) as Record<
    'before' | 'after',
    Record<string, string> | undefined
  >;
  if (follower === 'session') return before?.['accountId'];
  return after?.[act === 'invitation.created' ? 'replaces' : 'invitation'];
}
