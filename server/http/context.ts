/** One request as a handler sees it: what it asks, who asks, and the cookies it came with. */
import type { Request, Response } from 'express';
import { KNOWN_COOKIE, KNOWN_COOKIE_LIFE } from '../accounts/known-browser-store.ts';
import type { AccountActor, CurrentSession, NewSession } from '../accounts/session-store.ts';
import type { SignedIn, SignInFrom } from '../accounts/sign-in-service.ts';
import type { Expected } from '../db/record-version.ts';
import type { Authenticator } from '../perimeter/authenticator.ts';
import { addressOf } from '../perimeter/client-address.ts';
import { cookieOf, cookieOptions, SESSION_COOKIE } from '../perimeter/cookies.ts';
import { MusterError } from '../protocol/error.ts';
import { may, type Permission } from '../protocol/permissions.ts';
import type { Caller } from '../protocol/session.ts';

/** Longest user agent that is kept. */
const USER_AGENT = 256;

export class RequestContext {
  readonly req: Request;
  readonly caller: Caller | null;
  readonly #res: Response;
  readonly #authenticator: Authenticator;

  constructor(req: Request, res: Response, authenticator: Authenticator) {
    this.req = req;
    this.caller = callerOf(res);
    this.#res = res;
    this.#authenticator = authenticator;
  }

  /** Throws MusterError `unauthenticated` where nobody is signed in, `forbidden` for a device or a token. */
  get account(): AccountActor {
    return accountOf(this.caller);
  }

  /** Whose `Idempotency-Key` it is. Throws MusterError `unauthenticated` where nobody is signed in, `forbidden` for a device. */
  get sender(): string {
    return this.caller?.kind === 'token' ? this.caller.tokenId : this.account.accountId;
  }

  /**
   * Whether who asked is still signed in, or holds a token that is still valid, and still may do this: for replies that go on
   * for hours. Does not keep a session alive.
   */
  async stillMay(permission: Permission): Promise<boolean> {
    try {
      const caller = await this.#authenticator.identify(this.req, { touch: false });
      return caller !== null && may(caller, permission);
    } catch (error) {
      if (error instanceof MusterError && error.code === 'unauthenticated') return false;
      throw error;
    }
  }

  /** The session behind a request of signed-in staff. Throws MusterError `unauthenticated`. */
  async session(): Promise<CurrentSession> {
    const session = await this.#authenticator.session(this.req, { touch: false });
    if (!session) throw new MusterError('unauthenticated', 'Sign in first.');
    return session;
  }

  /** Where a sign-in comes from. */
  get from(): SignInFrom {
    return {
      address: addressOf(this.req) ?? null,
      userAgent: this.req.headers['user-agent']?.slice(0, USER_AGENT) ?? null,
      known: cookieOf(this.req, KNOWN_COOKIE),
    };
  }

  /** The versions that `If-Match` names; undefined without it, and for `*`. Throws MusterError `bad-request`. */
  get expected(): Expected {
    const header = this.req.headers['if-match'];
    if (header === undefined || header.trim() === '*') return undefined;
    const tags = header.split(',').map((tag) => /^"([^"]*)"$/.exec(tag.trim())?.[1]);
    if (tags.includes(undefined)) {
      throw new MusterError('bad-request', 'If-Match cannot be read: send the ETag of the record, quoted.');
    }
    return tags as string[];
  }

  cookie(name: string, longest?: number): string | undefined {
    return cookieOf(this.req, name, longest);
  }

  /** @param maxAge ms */
  setCookie(name: string, value: string, maxAge: number, more: Partial<CookieScope> = {}): void {
    this.#res.cookie(name, value, { ...cookieOptions(this.req, maxAge), ...more });
  }

  clearCookie(name: string, more: Partial<CookieScope> = {}): void {
    this.#res.clearCookie(name, { ...cookieOptions(this.req), ...more });
  }

  /** Of a session that was opened, or continues under a new token. */
  setSessionCookies(session: NewSession | SignedIn): void {
    this.setCookie(SESSION_COOKIE, session.token, session.maxAge);
    if ('known' in session) this.setCookie(KNOWN_COOKIE, session.known, KNOWN_COOKIE_LIFE);
  }

  setHeader(name: string, value: string): void {
    this.#res.setHeader(name, value);
  }

  /** Another status than the endpoint's usual one. */
  setStatus(status: number): void {
    this.#res.status(status);
  }
}

interface CookieScope {
  sameSite: 'lax' | 'strict';
  path: string;
}

function callerOf(res: Response): Caller | null {
  return (res.locals['caller'] as Caller | null | undefined) ?? null;
}

/** Throws MusterError `unauthenticated` where nobody is signed in, `forbidden` for a device or a token. */
export function accountOf(caller: Caller | null): AccountActor {
  if (!caller) throw new MusterError('unauthenticated', 'Sign in first.');
  if (caller.kind !== 'account') throw new MusterError('forbidden', 'This is for signed-in staff only.');
  return caller;
}
