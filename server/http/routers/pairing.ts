import { Router } from 'express';
import { pairInput } from '../../protocol/devices.ts';
import { MusterError } from '../../protocol/error.ts';
import { DEVICE_COOKIE, cookieOf, cookieOptions } from '../../perimeter/cookies.ts';
import type { DeviceService } from '../../devices/device-service.ts';
import { addressOf } from '../../perimeter/client-address.ts';
import { addressKey } from '../../perimeter/address-key.ts';
import type { RateLimit } from '../../perimeter/rate-limit.ts';
import { validate } from '../validate.ts';
import { DAY } from '../../time/durations.ts';

/** As long as browsers keep any cookie, ms. */
export const DEVICE_COOKIE_LIFE = 400 * DAY;

export interface PairingRouterOptions {
  devices: DeviceService;
  /** Per address. */
  limit: RateLimit;
  /** All addresses together: a code is short. */
  overall: RateLimit;
}

/** The device's side of pairing: this browser becomes the device that the code was made for, or stops being it. */
export function pairingRouter({ devices, limit, overall }: PairingRouterOptions): Router {
  const router = Router();

  router.post('/', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    overall.take('all');
    const { code } = validate(pairInput, req.body);
    const { actor, token } = await devices.pair(code);
    const old = cookieOf(req, DEVICE_COOKIE);
    if (old !== undefined) await retire(devices, old);
    res.cookie(DEVICE_COOKIE, token, cookieOptions(req, DEVICE_COOKIE_LIFE));
    res.status(201).json({ actor });
  });

  router.delete('/', async (req, res) => {
    const credential = cookieOf(req, DEVICE_COOKIE);
    if (credential !== undefined) await retire(devices, credential);
    res.clearCookie(DEVICE_COOKIE, cookieOptions(req));
    res.status(204).end();
  });

  return router;
}

/** A credential that no browser holds any more is revoked rather than left lying about. */
async function retire(devices: DeviceService, credential: string): Promise<void> {
  const actor = await devices.find(credential);
  if (!actor) return;
  try {
    await devices.revoke(actor.deviceId);
  } catch (error) {
    // Revoked by an administrator in the same moment: just as well.
    if (!(error instanceof MusterError && error.code === 'not-found')) throw error;
  }
}
