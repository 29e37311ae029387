/** Brings changed settings to the analyzers, and keeps settings out that the models of this server cannot do. */
import type { Logger } from 'pino';
import { type AnalyzerPool, recognitionSettings } from '../analyzer/analyzer-pool.ts';
import { SerialQueue } from '../async/serial.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { livenessInForce } from '../vision/liveness-pack.ts';
import type { ModelPack } from '../vision/pack.ts';
import { modelFaults } from './models.ts';

type Liveness = Awaited<ReturnType<typeof livenessInForce>>;

export interface FollowSettingsOptions {
  settings: Pick<SettingsService, 'now' | 'checkedBy' | 'on'>;
  analyzers: Pick<AnalyzerPool, 'judgeBy'>;
  pack: ModelPack;
  /** In force at the start. */
  liveness: Liveness;
  log: Logger;
}

/** Returns what is in force at the moment. */
export function followSettings({ settings, analyzers, pack, liveness, log }: FollowSettingsOptions): {
  readonly liveness: Liveness;
} {
  let inForce = liveness;
  const changes = new SerialQueue();
  settings.checkedBy((next) => modelFaults(next, pack));
  settings.on('settings.changed', () => {
    changes
      .run(async () => {
        const { now } = settings;
        inForce = await livenessInForce(now.models.liveness, now.models.cacheDir);
        analyzers.judgeBy(recognitionSettings(now, inForce.policy));
      })
      .catch((error: unknown) =>
        log.error({ event: 'settings.not-followed', err: error }, 'the analyzers keep the former settings'),
      );
  });
  return {
    get liveness() {
      return inForce;
    },
  };
}
