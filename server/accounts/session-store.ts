/** Sessions of signed-in browsers, kept on the server. A cookie holds a random token and nothing else. */
import { LockMode } from '@mikro-orm/core';
import { audit, type AuditEntry } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account, Session } from '../db/entities/account.ts';
import { Person } from '../db/entities/person.ts';
import type { OwnSessionView } from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import type { AuditAct } from '../protocol/audit-acts.ts';
import type { Actor } from '../protocol/session.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import { DAY } from '../time/durations.ts';

export interface SessionStoreOptions {
  database: Database;
  /** A session ends after this long without use, ms. */
  sessionIdle: number;
  /** A session ends after this long in any case, ms. A week by default, and never shorter than `sessionIdle`. */
  sessionLife?: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** Where a browser is, as far as the request shows it. */
export interface Origin {
  address: string | null;
  userAgent: string | null;
}

export interface NewSession {
  actor: AccountActor;
  /** For the cookie. The database only has its hash. */
  token: string;
  /** Time until the absolute end, ms. */
  maxAge: number;
}

export type AccountActor = Extract<Actor, { kind: 'account' }>;

export interface CurrentSession {
  id: string;
  actor: AccountActor;
  /** When the person last proved their identity, epoch ms. */
  provedAt: number;
}

const ABSOLUTE = 7 * DAY;
/** The last use is written no more often than this, ms, because most requests only read. */
const TOUCH = 60_000;
/** A proof of identity allows sensitive acts for this long, ms. */
export const PROOF_LIFE = 10 * 60_000;

export class SessionStore {
  readonly #database: Database;
  readonly #idle: number;
  readonly #absolute: number;
  readonly #now: () => number;

  constructor({ database, sessionIdle, sessionLife = ABSOLUTE, now = Date.now }: SessionStoreOptions) {
    this.#database = database;
    this.#idle = sessionIdle;
    this.#absolute = Math.max(sessionLife, sessionIdle);
    this.#now = now;
  }

  /**
   * Signs the account in. The caller has checked the identity against `account`. Throws MusterError `unauthenticated` where
   * the account was disabled or reset since it was read: that ended its sessions, and must also prevent this one.
   */
  async open(account: Account, from: Origin = { address: null, userAgent: null }): Promise<NewSession> {
    const token = newToken();
    const now = new Date(this.#now());
    const actor = await actorIn(this.#database.fork(), account);
    await this.#database.transaction(async (em) => {
      const { id, passwordHash } = account;
      const still = { id, passwordHash: passwordHash ?? null, disabledAt: null };
      // Locked for writing, because it is written below: two transactions that both lock it for reading would deadlock.
      if (!(await em.findOne(Account, still, { lockMode: LockMode.PESSIMISTIC_WRITE }))) {
        throw new MusterError('unauthenticated', 'This account was changed just now: sign in again.');
      }
      // Every sign-in deletes the sessions that have ended.
      await em.execute(
        `delete from session where token_hash in
           (select token_hash from session where expires_at <= ? or last_used_at <= ? for update skip locked)`,
        [now, new Date(now.getTime() - this.#idle)],
      );
      await em.nativeUpdate(Account, { id: account.id }, { signedInAt: now });
      const session = em.create(Session, {
        tokenHash: hashToken(token),
        accountId: account.id,
        createdAt: now,
        lastUsedAt: now,
        provedAt: now,
        expiresAt: new Date(now.getTime() + this.#absolute),
        ...from,
      });
      await audit(em, { act: 'session.opened', object: { kind: 'session', id: session.id }, actor });
    });
    return { actor, token, maxAge: this.#absolute };
  }

  /**
   * The account of this token; null when the token is unknown, or its session has ended. With `touch` false, the call does
   * not count as a use of the session.
   */
  async find(token: string, options: { touch?: boolean } = {}): Promise<AccountActor | null> {
    return (await this.current(token, options))?.actor ?? null;
  }

  /** Like `find`, with the session itself. */
  current(token: string, options: { touch?: boolean } = {}): Promise<CurrentSession | null> {
    return this.#current({ tokenHash: hashToken(token) }, options);
  }

  /** Like `current`, by the id of the session, because its token may have been replaced. Does not count as a use. */
  byId(id: string): Promise<CurrentSession | null> {
    return this.#current({ id }, { touch: false });
  }

  /** Whether the person proved their identity a short while ago. */
  isFresh({ provedAt }: CurrentSession): boolean {
    return this.#now() - provedAt < PROOF_LIFE;
  }

  /**
   * Gives the session a new token. `proved`: the person has just proved their identity completely. Throws MusterError
   * `unauthenticated` where the session has ended.
   */
  async renew(em: Em, id: string, { proved = false }: { proved?: boolean } = {}): Promise<NewSession> {
    const session = await em.findOne(Session, { id });
    const account = session && (await em.findOne(Account, session.accountId));
    if (!session || !account) throw new MusterError('unauthenticated', 'Sign in first.');
    const token = newToken();
    const now = this.#now();
    const tokenHash = hashToken(token);
    await em.nativeUpdate(Session, { id }, { tokenHash, ...(proved && { provedAt: new Date(now) }) });
    return { actor: await actorIn(em, account), token, maxAge: session.expiresAt.getTime() - now };
  }

  /** The open sessions, the last used first. */
  async list(accountId: string, currentId: string): Promise<OwnSessionView[]> {
    const now = this.#now();
    const sessions = await this.#database.fork().find(
      Session,
      {
        accountId,
        expiresAt: { $gt: new Date(now) },
        lastUsedAt: { $gt: new Date(now - this.#idle) },
      },
      { orderBy: { lastUsedAt: 'desc' } },
    );
    return sessions.map(({ id, userAgent, address, createdAt, lastUsedAt }) => ({
      id,
      current: id === currentId,
      userAgent: userAgent ?? null,
      address: address ?? null,
      openedAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
    }));
  }

  /** Ends the session of this token. Returns its account, or null where there was no session. */
  async close(token: string): Promise<string | null> {
    return this.#database.transaction(async (em) => {
      const tokenHash = hashToken(token);
      const session = await em.findOne(Session, { tokenHash });
      // Of two calls at the same time, only one closes it.
      if (!session || (await em.nativeDelete(Session, { tokenHash })) === 0) return null;
      await audit(em, sessionEnded('session.closed', session));
      return session.accountId;
    });
  }

  /** Ends one session of an account. Throws MusterError `not-found`. */
  async revoke(accountId: string, id: string): Promise<void> {
    await this.#database.transaction(async (em) => {
      if ((await em.nativeDelete(Session, { accountId, id })) === 0) {
        throw new MusterError('not-found', 'There is no such session: it has ended.');
      }
      await audit(em, sessionEnded('session.revoked', { id, accountId }));
    });
  }

  /** Ends all sessions of an account, except for one. Returns how many. */
  revokeAll(em: Em, accountId: string, exceptId?: string): Promise<number> {
    return em.nativeDelete(Session, {
      accountId,
      ...(exceptId !== undefined && { id: { $ne: exceptId } }),
    });
  }

  async #current(
    which: { tokenHash: Buffer } | { id: string },
    { touch = true }: { touch?: boolean },
  ): Promise<CurrentSession | null> {
    const em = this.#database.fork();
    const session = await em.findOne(Session, which);
    if (!session) return null;
    const now = this.#now();
    const unused = now - session.lastUsedAt.getTime();
    if (session.expiresAt.getTime() <= now || unused >= this.#idle) return null;
    const { id, accountId, provedAt } = session;
    if (touch && unused >= TOUCH) await em.nativeUpdate(Session, { id }, { lastUsedAt: new Date(now) });
    const account = await em.findOne(Account, accountId);
    if (!account || account.disabledAt) return null;
    return { id, actor: await actorIn(em, account), provedAt: provedAt.getTime() };
  }
}

async function actorIn(em: Em, account: Account): Promise<AccountActor> {
  const actor = actorOf(account);
  if (!account.personId) return actor;
  const { id, status } = await em.findOneOrFail(Person, account.personId);
  return { ...actor, person: { id, status } };
}

/** Without the person of an employee. */
export function actorOf({ id, name, username, role, department }: Account): AccountActor {
  return { kind: 'account', accountId: id, name, username, role, department: department ?? null };
}

/** The other servers follow the trail, and find the sockets of a session by its account. */
function sessionEnded(act: AuditAct, { id, accountId }: { id: string; accountId: string }): AuditEntry {
  return { act, object: { kind: 'session', id }, before: { accountId } };
}
