/** Stations and cameras, as administrators see them and as the devices themselves do. */
import type { DeviceService } from '../../devices/device-service.ts';
import { DEVICE_COOKIE } from '../../perimeter/cookies.ts';
import { MusterError } from '../../protocol/error.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { AccessServices, AppServices, Site } from '../services.ts';

/** As long as browsers keep any cookie, ms. */
export const DEVICE_COOKIE_LIFE = 400 * 24 * 3_600_000;

export function deviceHandlers({
  devices,
  rtsp,
  addresses,
  recognition,
}: Pick<AccessServices, 'devices' | 'rtsp'> &
  Pick<Site, 'addresses'> &
  Pick<AppServices, 'recognition'>): Handlers<'device' | 'devices' | 'recognition'> {
  return {
    'device.pair': async ({ body }, context) => {
      const { actor, token } = await devices.pair(body.code);
      const old = context.cookie(DEVICE_COOKIE);
      if (old !== undefined) await retire(devices, old);
      context.setCookie(DEVICE_COOKIE, token, DEVICE_COOKIE_LIFE);
      return { actor };
    },

    'device.unpair': async (_request, context) => {
      const credential = context.cookie(DEVICE_COOKIE);
      if (credential !== undefined) await retire(devices, credential);
      context.clearCookie(DEVICE_COOKIE);
    },

    'devices.list': async ({ query }) => {
      const { items, next } = pageOf(await devices.list(), query, ({ id }) => id);
      return { devices: items, next };
    },

    'devices.createPairingCode': async ({ body }, { account }) => ({
      ...(await devices.createPairing(body, { accountId: account.accountId })),
      addresses: [...addresses()],
    }),

    'devices.addRtsp': ({ body }) => rtsp.add(body),

    'devices.addEncoder': ({ body }) => devices.addEncoder(body),

    'devices.replaceToken': ({ params }) => devices.replaceToken(params.id),

    'devices.get': ({ params }) => devices.get(params.id),

    'devices.changeRtsp': ({ params, body }) => rtsp.change(params.id, body),

    'devices.update': ({ params, body }, { expected }) => devices.update(params.id, body, expected),

    'devices.revoke': ({ params }, { expected }) => devices.revoke(params.id, expected),

    'recognition.get': () => recognition(),
  };
}

/** A credential that no browser holds any more is revoked rather than left usable. */
async function retire(devices: DeviceService, credential: string): Promise<void> {
  const actor = await devices.find(credential);
  if (!actor) return;
  try {
    await devices.revoke(actor.deviceId);
  } catch (error) {
    // An administrator revoked it in the same moment.
    if (!(error instanceof MusterError && error.code === 'not-found')) throw error;
  }
}
