/** Signed-in browsers, kept on the server: a cookie holds a random token and nothing else. */
import { LockMode } from '@mikro-orm/core';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account, Session } from '../db/entities/account.ts';
import type { OwnSessionView } from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import type { Actor } from '../protocol/session.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import { DAY } from '../time/durations.ts';

export interface SessionStoreOptions {
  database: Database;
  /** Ends after this long unused, ms. */
  sessionIdle: number;
  /** Ends after this long, whatever the use, ms; a week where not given, and never shorter than `sessionIdle`. */
  sessionLife?: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** Where a browser is, as far as it can be told. */
export interface Origin {
  address: string | null;
  userAgent: string | null;
}

export interface NewSession {
  actor: AccountActor;
  /** For the cookie; not kept here. */
  token: string;
  /** Until the absolute end, ms. */
  maxAge: number;
}

export type AccountActor = Extract<Actor, { kind: 'account' }>;

export interface CurrentSession {
  id: string;
  actor: AccountActor;
  /** When who it is was last proved, epoch ms. */
  provedAt: number;
}

const ABSOLUTE = 7 * DAY;
/** The last use is written no more often than this, ms: most requests only read. */
const TOUCH = 60_000;
/** A proof of who it is serves sensitive acts for this long, ms. */
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
   * Signs the account in. Whoever calls has proved who it is, by the account as it was when `account` was read. Throws
   * MusterError `unauthenticated` where it was disabled or reset since: that ended its sessions, and this would be one.
   */
  async open(account: Account, from: Origin = { address: null, userAgent: null }): Promise<NewSession> {
    const token = newToken();
    const now = new Date(this.#now());
    const actor = actorOf(account);
    await this.#database.transaction(async (em) => {
      const { id, passwordHash } = account;
      const still = { id, passwordHash: passwordHash ?? null, disabledAt: null };
      // For writing, as it is written below: two that only read it would wait for each other.
      if (!(await em.findOne(Account, still, { lockMode: LockMode.PESSIMISTIC_WRITE }))) {
        throw new MusterError('unauthenticated', 'This account was changed just now: sign in again.');
      }
      // Those that ended are of no use to anyone; whoever signs in sweeps.
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
   * Who this token stands for; null when it is unknown, or its session has ended. `touch` false: only a look,
   * which does not count as a use.
   */
  async find(token: string, options: { touch?: boolean } = {}): Promise<AccountActor | null> {
    return (await this.current(token, options))?.actor ?? null;
  }

  /** The same with the session itself. */
  current(token: string, options: { touch?: boolean } = {}): Promise<CurrentSession | null> {
    return this.#current({ tokenHash: hashToken(token) }, options);
  }

  /** The same by the session's id: its token may have been renewed since. Only a look. */
  byId(id: string): Promise<CurrentSession | null> {
    return this.#current({ id }, { touch: false });
  }

  /** Whether who it is was proved a short while ago. */
  isFresh({ provedAt }: CurrentSession): boolean {
    return this.#now() - provedAt < PROOF_LIFE;
  }

  /**
   * The same session under a new token. `proved`: who it is was proved in full just now. Throws MusterError
   * `unauthenticated` where it has ended.
   */
  async renew(em: Em, id: string, { proved = false }: { proved?: boolean } = {}): Promise<NewSession> {
    const session = await em.findOne(Session, { id });
    const account = session && (await em.findOne(Account, session.accountId));
    if (!session || !account) throw new MusterError('unauthenticated', 'Sign in first.');
    const token = newToken();
    const now = this.#now();
    const tokenHash = hashToken(token);
    await em.nativeUpdate(Session, { id }, { tokenHash, ...(proved && { provedAt: new Date(now) }) });
    return { actor: actorOf(account), token, maxAge: session.expiresAt.getTime() - now };
  }

  /** Those that live, the last used first. */
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

  /** The account whose session this was; null where there was none. */
  async close(token: string): Promise<string | null> {
    return this.#database.transaction(async (em) => {
      const tokenHash = hashToken(token);
      const session = await em.findOne(Session, { tokenHash });
      // Of two that close it at once, one did.
      if (!session || (await em.nativeDelete(Session, { tokenHash })) === 0) return null;
      await audit(em, { act: 'session.closed', object: { kind: 'session', id: session.id } });
      return session.accountId;
    });
  }

  /** Ends one session of an account. Throws MusterError `not-found`. */
  async revoke(accountId: string, id: string): Promise<void> {
    await this.#database.transaction(async (em) => {
      if ((await em.nativeDelete(Session, { accountId, id })) === 0) {
        throw new MusterError('not-found', 'There is no such session: it has ended.');
      }
      await audit(em, { act: 'session.revoked', object: { kind: 'session', id } });
    });
  }

  /** Ends all of an account, save one. @returns how many */
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
    return { id, actor: actorOf(account), provedAt: provedAt.getTime() };
  }
}

export function actorOf({ id, name, username, role, department }: Account): AccountActor {
  return { kind: 'account', accountId: id, name, username, role, department: department ?? null };
}
