import { Router } from 'express';
import { deviceChange, newPairing, type PairingView } from '../../protocol/devices.ts';
import type { DeviceService } from '../../devices/device-service.ts';
import { accountOf } from '../access.ts';
import { validate } from '../validate.ts';

export interface DevicesRouterOptions {
  devices: DeviceService;
  /** Origins at which another device reaches this server, likeliest first. */
  addresses: readonly string[];
}

/** The administrator's side of devices. */
export function devicesRouter({ devices, addresses }: DevicesRouterOptions): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    res.json({ devices: await devices.list() });
  });

  router.post('/pairing', async (req, res) => {
    const { accountId } = accountOf(res);
    const code = await devices.createPairing(validate(newPairing, req.body), { accountId });
    res.status(201).json({ ...code, addresses: [...addresses] } satisfies PairingView);
  });

  router.patch('/:id', async (req, res) => {
    res.json(await devices.update(req.params.id, validate(deviceChange, req.body)));
  });

  router.delete('/:id', async (req, res) => {
    await devices.revoke(req.params.id);
    res.status(204).end();
  });

  return router;
}
