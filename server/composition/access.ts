/** Who may do what: staff, devices, integrations, and how each of them is known. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { SignInService } from '../accounts/sign-in-service.ts';
import { Authenticator } from '../perimeter/authenticator.ts';
import { addressReader } from '../perimeter/client-address.ts';
import { DeviceService } from '../devices/device-service.ts';
import { OidcSignIn } from '../accounts/oidc/oidc-sign-in.ts';
import { originCheck } from '../perimeter/origins.ts';
import type { Records } from './records.ts';

export type Access = Awaited<ReturnType<typeof openAccess>>;

export async function openAccess(
  config: Config,
  { database, keys }: Pick<Records, 'database' | 'keys'>,
  opened: AsyncDisposableStack,
  log: Logger,
) {
  const accounts = await SignInService.create({
    database,
    keys,
    log,
    sessionIdle: config.session.idle,
    sessionLife: config.session.life,
  });
  opened.defer(() => accounts.close());
  const defaults = { ...config.attendance, minFace: config.analyzer.minFace };
  const devices = await DeviceService.create({ database, keys, log, defaults });
  const authenticator = new Authenticator({ accounts, devices });
  const { sessions } = accounts;
  const onchanged = (accountId: string) => accounts.emit('signed.out', { accountId });
  const oidc =
    config.oidc && new OidcSignIn({ settings: config.oidc, database, keys, sessions, onchanged, log });
  return {
    accounts,
    devices,
    authenticator,
    oidc,
    originAllowed: originCheck(config.origins),
    readAddress: addressReader(config.proxies),
  };
}
