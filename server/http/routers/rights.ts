import { strToU8, zipSync } from 'fflate';
import { Router } from 'express';
import { z } from 'zod';
import { CONSENT_METHODS } from '../../protocol/consents.ts';
import { accountOf } from '../access.ts';
import type { AppServices } from '../services.ts';
import { validate } from '../validate.ts';

const consentInput = z.strictObject({
  version: z.string().max(32),
  language: z.string().max(35),
  method: z.enum(CONSENT_METHODS, { error: `is none of ${CONSENT_METHODS.join(', ')}` }),
});

const exportInput = z.strictObject({ embeddings: z.boolean().default(false) });

export type RightsRouterOptions = Pick<
  AppServices['core'],
  'people' | 'consents' | 'passes' | 'personalData'
>;

/** What one person agreed to, how they punch without a face, and what is kept of them; below `/people`. */
export function rightsRouter({ people, consents, passes, personalData }: RightsRouterOptions): Router {
  const router = Router();

  router.get('/:id/consents', async (req, res) => {
    res.json({ consents: await consents.history(req.params.id) });
  });

  router.post('/:id/consent', async (req, res) => {
    const { accountId } = accountOf(res);
    await consents.give(req.params.id, validate(consentInput, req.body), { accountId });
    res.status(201).json(await people.get(req.params.id));
  });

  /** The templates go with it. */
  router.delete('/:id/consent', async (req, res) => {
    const { accountId } = accountOf(res);
    res.json(await consents.withdraw(req.params.id, { accountId }));
  });

  router.get('/:id/passes', async (req, res) => {
    res.json(await passes.view(req.params.id));
  });

  router.post('/:id/pin', async (req, res) => {
    res.status(201).json(await passes.setPin(req.params.id));
  });

  router.delete('/:id/pin', async (req, res) => {
    await passes.removePin(req.params.id);
    res.status(204).end();
  });

  router.post('/:id/badge', async (req, res) => {
    res.status(201).json(await passes.issueBadge(req.params.id));
  });

  router.delete('/:id/badge', async (req, res) => {
    await passes.revokeBadge(req.params.id);
    res.status(204).end();
  });

  /** One ZIP file. A write, because it is an act that is recorded. */
  router.post('/:id/export', async (req, res) => {
    const files = await personalData.export(req.params.id, validate(exportInput, req.body ?? {}));
    const zip = zipSync(
      Object.fromEntries(
        Object.entries(files).map(([name, data]) => [name, typeof data === 'string' ? strToU8(data) : data]),
      ),
    );
    res.setHeader('Content-Disposition', `attachment; filename="person-${req.params.id}.zip"`);
    res.type('application/zip').send(Buffer.from(zip));
  });

  return router;
}
