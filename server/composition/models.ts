/** Chooses the models for recognition and liveness, and checks them before anything else is opened. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { livenessInForce } from '../vision/liveness-pack.ts';
import { loadPack, thresholdAt, verifyPack } from '../vision/pack.ts';

/** Throws OperatorError that says what to type if the pack, its files or the configured level is not available. */
export async function chooseModels({ models }: Config, log: Logger) {
  const pack = await loadPack(models.pack);
  await verifyPack(pack, models.cacheDir);
  thresholdAt(pack.thresholds, models.far);
  if (!pack.verified) {
    log.warn(
      { event: 'pack.unverified', packId: pack.id },
      'this model pack has files that were never run by its maintainers',
    );
  }
  const liveness = await livenessInForce(models.liveness, models.cacheDir);
  if (models.liveness === undefined && !liveness.installed) {
    const remedy = 'npm run models -- install minifasnet';
    log.warn(
      { event: 'liveness.off', remedy },
      'without liveness, a picture of a person is accepted as that person',
    );
  }
  return { pack, liveness };
}
