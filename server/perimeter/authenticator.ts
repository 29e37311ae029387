/** Finds out who sent a request, by its cookies or its bearer token. For HTTP and for the upgrade of the socket. */
import type { IncomingMessage } from 'node:http';
import { MusterError } from '../protocol/error.ts';
import type { Actor, Caller } from '../protocol/session.ts';
import type { SignInService } from '../accounts/sign-in-service.ts';
import type { SelfEnrollment } from '../invitations/self-enrollment.ts';
import { DEVICE_COOKIE, INVITATION_COOKIE, SESSION_COOKIE, bearerOf, cookieOf } from './cookies.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { CurrentSession } from '../accounts/session-store.ts';

export interface AuthenticatorOptions {
  accounts: SignInService;
  devices: DeviceService;
  selfEnrollment: Pick<SelfEnrollment, 'find'>;
}

/** What `?as=` may name; anything else names none. */
const KINDS: readonly (string | null)[] = ['account', 'device', 'invitation'] satisfies Actor['kind'][];

export class Authenticator {
  readonly #accounts: SignInService;
  readonly #devices: DeviceService;
  readonly #selfEnrollment: AuthenticatorOptions['selfEnrollment'];
  /**
   * The session of a request when it was first seen. A socket asks again with its upgrade request, and the cookie of that
   * request may have been replaced since.
   */
  readonly #sessions = new WeakMap<IncomingMessage, string>();

  constructor({ accounts, devices, selfEnrollment }: AuthenticatorOptions) {
    this.#accounts = accounts;
    this.#devices = devices;
    this.#selfEnrollment = selfEnrollment;
  }

  /**
   * Who sent an HTTP request: a browser by its cookies, an integration by its token. Null without credentials. Throws
   * MusterError `bad-request` for both at once, and `unauthenticated` for a token that is not valid (any more). With `touch`
   * false, the call does not keep a session alive.
   */
  async identify(req: IncomingMessage, { touch = true } = {}): Promise<Caller | null> {
    const bearer = bearerOf(req);
    // An open page polls even when nobody uses it. That must not keep the session alive.
    if (bearer === undefined) {
      return this.authenticate(req, { touch: touch && req.headers['muster-still'] !== '1' });
    }
    if (
      cookieOf(req, SESSION_COOKIE) !== undefined ||
      cookieOf(req, DEVICE_COOKIE) !== undefined ||
      cookieOf(req, INVITATION_COOKIE) !== undefined
    ) {
      throw new MusterError('bad-request', 'Send a token or cookies, not both.');
    }
    const token = await this.#accounts.tokens.find(bearer);
    if (!token)
      throw new MusterError('unauthenticated', 'This token is unknown, has expired or was revoked.');
    return token;
  }

  /**
   * By cookies only. A browser may be signed in, paired and invited at once: `?as=account`, `?as=device` and
   * `?as=invitation` choose one of these, otherwise the first that is valid counts, in this order. Null when there is no valid cookie of the requested kind. With `touch` false, the
   * call neither keeps the session alive nor updates when the device was last seen.
   */
  async authenticate(req: IncomingMessage, options: { touch?: boolean } = {}): Promise<Actor | null> {
    if (bearerOf(req) !== undefined) return null;
    const as = new URLSearchParams(/\?(.*)$/.exec(req.url ?? '')?.[1]).get('as');
    const wants = (kind: Actor['kind']) => as === kind || !KINDS.includes(as);
    const session = wants('account') ? await this.session(req, options) : null;
    if (session) return session.actor;
    const credential = wants('device') ? cookieOf(req, DEVICE_COOKIE) : undefined;
    const device = credential === undefined ? null : await this.#devices.find(credential, options);
    // The token of an encoder opens nothing but a session of WHIP.
    if (device && device.deviceKind !== 'encoder') return device;
    const opened = wants('invitation') ? cookieOf(req, INVITATION_COOKIE) : undefined;
    return opened === undefined ? null : this.#selfEnrollment.find(opened);
  }

  /** Throws MusterError `reauthentication-needed` unless the person of this session proved their identity a short while ago. */
  async requireProof(req: IncomingMessage): Promise<void> {
    const session = await this.session(req, { touch: false });
    if (session && this.#accounts.sessions.isFresh(session)) return;
    throw new MusterError('reauthentication-needed', 'Prove once more who you are to do this.', {
      ...(session && { details: await this.#accounts.proofOf(session.actor.accountId) }),
    });
  }

  /** The session of a request's cookie; null without one. */
  async session(req: IncomingMessage, options: { touch?: boolean } = {}): Promise<CurrentSession | null> {
    const known = this.#sessions.get(req);
    if (known !== undefined) return this.#accounts.sessions.byId(known);
    const token = cookieOf(req, SESSION_COOKIE);
    const session = token === undefined ? null : await this.#accounts.sessions.current(token, options);
    if (session) this.#sessions.set(req, session.id);
    return session;
  }
}
