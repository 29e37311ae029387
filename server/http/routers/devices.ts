import { Router } from 'express';
import { deviceChange, pairingInput } from '../../security/device-input.ts';
import type { DeviceService } from '../../security/device-service.ts';
import { accountOf } from '../access.ts';
import { validate } from '../validate.ts';

/** The administrator's side of devices. */
export function devicesRouter(devices: DeviceService): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    res.json({ devices: await devices.list() });
  });

  router.post('/pairing', async (req, res) => {
    const { accountId } = accountOf(res);
    res.status(201).json(await devices.createPairing(validate(pairingInput, req.body), { accountId }));
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
