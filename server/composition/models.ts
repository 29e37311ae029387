/** Chooses the models for recognition and liveness, and checks whether they can do what the settings ask for. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { FieldFault } from '../protocol/error.ts';
import { livenessInForce } from '../vision/liveness-pack.ts';
import { loadPack, type ModelPack, ratesOf, thresholdAt, verifyPack } from '../vision/pack.ts';

/** Throws OperatorError that says what to type if the pack or its files are not available. */
export async function choosePack({ models }: Pick<Config, 'models'>, log: Logger): Promise<ModelPack> {
  const pack = await loadPack(models.pack);
  await verifyPack(pack, models.cacheDir);
  if (!pack.verified) {
    log.warn(
      { event: 'pack.unverified', packId: pack.id },
      'this model pack has files that were never run by its maintainers',
    );
  }
  return pack;
}

/** Throws OperatorError that says what to type if the level or the photo detection is not available. */
export async function chooseLiveness({ models }: Pick<Config, 'models'>, pack: ModelPack, log: Logger) {
  thresholdAt(pack.thresholds, models.far);
  const liveness = await livenessInForce(models.liveness, models.cacheDir);
  if (models.liveness === undefined && !liveness.installed) {
    const remedy = 'npm run models -- install minifasnet';
    log.warn(
      { event: 'liveness.off', remedy },
      'photo detection is not installed: only a movement of the face tells it from a picture, if the settings ask for one',
    );
  }
  return liveness;
}

/** What the settings ask for and these models cannot do. */
export async function modelFaults(
  { models }: Pick<Config, 'models'>,
  pack: ModelPack,
): Promise<FieldFault[]> {
  const faults: FieldFault[] = [];
  if (!ratesOf(pack.thresholds).includes(models.far)) {
    faults.push({ path: 'MUSTER_FAR', message: 'is not a level of this model pack' });
  }
  try {
    await livenessInForce(models.liveness, models.cacheDir);
  } catch {
    faults.push({
      path: 'MUSTER_LIVENESS',
      message: 'needs the photo detection to be installed on the server',
    });
  }
  return faults;
}
