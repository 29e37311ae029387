/** Feeds the metrics from the parts of a server. */
import { statfs } from 'node:fs/promises';
import type { AnalyzerPool } from '../analyzer/analyzer-pool.ts';
import type { Database } from '../db/database.ts';
import type { SightingInbox } from '../attendance/sighting-inbox.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { MediaServer } from '../media/media-server.ts';
import type { Metrics } from '../metrics/metrics.ts';

export interface FigureSources {
  analyzers: AnalyzerPool;
  media: MediaServer;
  inbox: Pick<SightingInbox, 'status'>;
  database: Pick<Database, 'state' | 'pool'>;
  devices: DeviceService;
  dataDir: string;
}

/** Call it after everything else that listens to the observations: the age of a picture ends with the last listener. */
export function followFigures(
  metrics: Metrics,
  { analyzers, media, inbox, database, devices, dataDir }: FigureSources,
): void {
  const { cameras } = media;
  metrics.store.database = () => database.state();
  metrics.store.pool = () => database.pool();
  metrics.store.free = async () => {
    const disk = await statfs(dataDir).catch(() => null);
    return disk && disk.bavail * disk.bsize;
  };
  metrics.sightings.waiting = () => inbox.status;

  metrics.analyzers.figures = () => analyzers.figures();
  analyzers.on('ended', (analyzer, reason) => metrics.analyzers.restarted(analyzer, reason));
  let received = 0;
  analyzers.prependListener('observation', () => (received = performance.now()));
  analyzers.on('observation', ({ timings }, underWay) =>
    metrics.analysis.analyzed(timings, underWay + performance.now() - received),
  );

  metrics.cameras.states = () => {
    const live = new Map(cameras.states().map((camera) => [camera.id, camera]));
    return devices.cameras.map((camera) => live.get(camera.id) ?? camera);
  };
  analyzers.on('camera.stats', (stats) => {
    const camera = cameras.get(stats.cameraId);
    if (camera) metrics.cameras.reported(stats, camera.purpose);
  });
  cameras.on('camera.removed', ({ id }) => metrics.cameras.gone(id));
  devices.on('device.revoked', ({ deviceId }) => {
    metrics.cameras.forget(deviceId);
    metrics.media.forget(deviceId);
  });

  metrics.media.workers = () => media.figures();
  metrics.media.roundTrips = () =>
    cameras.states().flatMap(({ id, purpose, roundTrip }) => {
      if (purpose === 'enrollment' || roundTrip === undefined) return [];
      return [{ camera: id, roundTrip }];
    });
  cameras.on('camera.measured', ({ id, purpose }, { now, before }) => {
    if (purpose !== 'enrollment') metrics.media.measured(id, now, before);
  });
  media.on('worker.up', ({ index }) => metrics.media.workerRestarted(index));
}
