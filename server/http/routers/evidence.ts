import { Router } from 'express';
import type { SnapshotStore } from '../../attendance/snapshot-store.ts';
import { MusterError } from '../../protocol/error.ts';

/** The face that a punch was made for, where it is kept. */
export function evidenceRouter(evidence: Pick<SnapshotStore, 'view'>): Router {
  const router = Router();
  router.get('/:id', async (req, res) => {
    const picture = await evidence.view(req.params.id);
    if (!picture) throw new MusterError('not-found', 'There is no picture of this punch.');
    res.type('image/bmp').send(picture);
  });
  return router;
}
