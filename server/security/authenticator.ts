/** From a request's cookies to who sent it; for HTTP and for the upgrade of the socket alike. */
import type { IncomingMessage } from 'node:http';
import type { Actor } from '../protocol/signaling.ts';
import type { AccountService } from './account-service.ts';
import { DEVICE_COOKIE, SESSION_COOKIE, cookieOf } from './cookies.ts';
import type { DeviceService } from './device-service.ts';

export interface AuthenticatorOptions {
  accounts: AccountService;
  devices: DeviceService;
}

export class Authenticator {
  readonly #accounts: AccountService;
  readonly #devices: DeviceService;

  constructor({ accounts, devices }: AuthenticatorOptions) {
    this.#accounts = accounts;
    this.#devices = devices;
  }

  /**
   * A browser may be signed in and paired as well: `?as=account` and `?as=device` ask for one of the two;
   * otherwise the account comes first. Null when there is no valid cookie of the kind asked for. `touch` false:
   * neither keeps the session alive nor counts as having seen the device.
   */
  async authenticate(req: IncomingMessage, options: { touch?: boolean } = {}): Promise<Actor | null> {
    const as = new URLSearchParams(/\?(.*)$/.exec(req.url ?? '')?.[1]).get('as');
    const session = as === 'device' ? undefined : cookieOf(req, SESSION_COOKIE);
    const account = session === undefined ? null : await this.#accounts.sessions.find(session, options);
    if (account) return account;
    const credential = as === 'account' ? undefined : cookieOf(req, DEVICE_COOKIE);
    return credential === undefined ? null : this.#devices.find(credential, options);
  }
}
