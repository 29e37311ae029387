/** Signed-in browsers, kept on the server: a cookie holds a random token and nothing else. */
import type { Database } from '../db/database.ts';
import { Account, Session } from '../db/entities/account.ts';
import type { Actor } from '../protocol/signaling.ts';
import { hashToken, newToken } from './token.ts';

export interface SessionStoreOptions {
  database: Database;
  /** Ends after this long unused, ms. */
  sessionIdle: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

export interface NewSession {
  actor: AccountActor;
  /** For the cookie; not kept here. */
  token: string;
  /** Until the absolute end, ms. */
  maxAge: number;
}

export type AccountActor = Extract<Actor, { kind: 'account' }>;

/** Whatever the use, one signs in again after this long, ms. */
const ABSOLUTE = 7 * 24 * 3_600_000;
/** The last use is written no more often than this, ms: most requests only read. */
const TOUCH = 60_000;

export class SessionStore {
  readonly #database: Database;
  readonly #idle: number;
  readonly #absolute: number;
  readonly #now: () => number;

  constructor({ database, sessionIdle, now = Date.now }: SessionStoreOptions) {
    this.#database = database;
    this.#idle = sessionIdle;
    this.#absolute = Math.max(ABSOLUTE, sessionIdle);
    this.#now = now;
  }

  async open(account: Account): Promise<NewSession> {
    const token = newToken();
    const now = this.#now();
    await this.#database.transaction(async (em) => {
      // Those that ended are of no use to anyone; whoever signs in sweeps.
      await em.nativeDelete(Session, {
        $or: [{ expiresAt: { $lte: new Date(now) } }, { lastUsedAt: { $lte: new Date(now - this.#idle) } }],
      });
      em.create(Session, {
        tokenHash: hashToken(token),
        accountId: account.id,
        createdAt: new Date(now),
        lastUsedAt: new Date(now),
        expiresAt: new Date(now + this.#absolute),
      });
    });
    return { actor: actorOf(account), token, maxAge: this.#absolute };
  }

  /**
   * Who this token stands for; null when it is unknown, or its session has ended. `touch` false: only a look,
   * which does not count as a use.
   */
  async find(token: string, { touch = true }: { touch?: boolean } = {}): Promise<AccountActor | null> {
    const em = this.#database.fork();
    const session = await em.findOne(Session, { tokenHash: hashToken(token) });
    if (!session) return null;
    const now = this.#now();
    const unused = now - session.lastUsedAt.getTime();
    if (session.expiresAt.getTime() <= now || unused >= this.#idle) return null;
    if (touch && unused >= TOUCH) {
      const { tokenHash } = session;
      await em.nativeUpdate(Session, { tokenHash }, { lastUsedAt: new Date(now) });
    }
    const account = await em.findOne(Account, session.accountId);
    return account && account.disabledAt === null ? actorOf(account) : null;
  }

  /** The account whose session this was; null where there was none. */
  async close(token: string): Promise<string | null> {
    const em = this.#database.fork();
    const tokenHash = hashToken(token);
    const session = await em.findOne(Session, { tokenHash });
    if (!session) return null;
    // Of two that close it at once, one did.
    return (await em.nativeDelete(Session, { tokenHash })) > 0 ? session.accountId : null;
  }
}

function actorOf({ id, name, username, role, department }: Account): AccountActor {
  return { kind: 'account', accountId: id, name, username, role, department: department ?? null };
}
