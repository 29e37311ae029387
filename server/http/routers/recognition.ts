import { Router } from 'express';
import type { RecognitionView } from '../../protocol/recognition.ts';

/** How strictly faces are recognized, and what the networks run on. */
export function recognitionRouter(recognition: () => RecognitionView): Router {
  const router = Router();
  router.get('/', (_req, res) => {
    res.json(recognition());
  });
  return router;
}
