/** Authentication: staff, devices and integrations, and how each of them is recognized. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { AccountFeed } from '../accounts/account-feed.ts';
import { EmployeeAccess } from '../accounts/employee-access.ts';
import { OidcSignIn } from '../accounts/oidc/oidc-sign-in.ts';
import { SignInService } from '../accounts/sign-in-service.ts';
import { DeviceService } from '../devices/device-service.ts';
import { RtspService } from '../rtsp/rtsp-service.ts';
import { Authenticator } from '../perimeter/authenticator.ts';
import { addressReader } from '../perimeter/client-address.ts';
import { originCheck } from '../perimeter/origins.ts';
import type { Core } from './core.ts';

export interface AccessOptions extends Pick<Core, 'database' | 'keys' | 'selfEnrollment' | 'settings'> {
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** The part of the configuration that this reads. */
export type AccessConfig = Pick<Config, 'session' | 'oidc' | 'origins' | 'proxies'>;

/** `opened` closes all of it in reverse order. */
export async function openAccess(config: AccessConfig, options: AccessOptions, opened: AsyncDisposableStack) {
  const { database, keys, selfEnrollment, settings, log } = options;
  const clock = options.now && { now: options.now };
  const accountFeed = new AccountFeed();
  const accounts = await SignInService.create({
    database,
    keys,
    feed: accountFeed,
    log,
    sessionIdle: config.session.idle,
    sessionLife: config.session.life,
    ...clock,
  });
  opened.defer(() => accounts.close());
  const defaults = () => ({ ...settings.now.attendance, minFace: settings.now.analyzer.minFace });
  const devices = await DeviceService.create({ database, keys, log, defaults, ...clock });
  const rtsp = new RtspService({ database, keys, devices, log, ...clock });
  const { sessions } = accounts;
  const oidc =
    config.oidc &&
    new OidcSignIn({ settings: config.oidc, database, keys, sessions, feed: accountFeed, log, ...clock });
  return {
    accounts,
    employees: new EmployeeAccess({ database, directory: accounts.directory }),
    accountFeed,
    devices,
    rtsp,
    authenticator: new Authenticator({ accounts, devices, selfEnrollment }),
    oidc,
    originAllowed: originCheck(config.origins),
    readAddress: addressReader(config.proxies),
  };
}
