/**
 * The part of a server that takes sightings, in a process of its own that can be killed: the database, its services and the
 * inbox with its journal, as `server/main.ts` opens them. In place of an analyzer and a station there is the test, which sends
 * `Sighting`s and gets `SightingServerReport`s.
 */
import { pino } from 'pino';
import { ConfigLayers } from '../../config/config.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { openAccess } from '../../server/composition/access.ts';
import { openCore } from '../../server/composition/core.ts';
import { openSightings } from '../../server/composition/sightings.ts';
import { Database } from '../../server/db/database.ts';
import { Metrics } from '../../server/metrics/metrics.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { AttendanceEvent } from '#protocol/results.ts';

export type SightingServerReport =
  | { type: 'ready' }
  /** What the analyzer would be told: it may forget the sighting. */
  | { type: 'safe'; id: string }
  /** What the station would show. */
  | { type: 'told'; event: AttendanceEvent };

if (process.send) {
  const report = (message: SightingServerReport) => process.send?.(message, undefined, undefined, () => {});
  const log = pino({ level: process.env['MUSTER_LOG_LEVEL'] ?? 'silent' }, pino.destination(2));
  const layers = new ConfigLayers(process.env);
  const { config } = layers;
  const opened = new AsyncDisposableStack();
  const database = await Database.open({ url: config.database.url ?? '', log });
  opened.defer(() => database.close());
  const core = await openCore(layers, { database, contract: 'test@1/8', log }, opened);
  const { devices } = await openAccess(config, { ...core, log }, opened);
  const media = { sendEvent: (_device: string, event: AttendanceEvent) => report({ type: 'told', event }) };
  const { sightings: metrics } = new Metrics({ version: 'test' });
  const inbox = await openSightings({ dataDir: config.dataDir, core, devices, media, metrics, log }, opened);
  process.on('message', (sighting: Sighting) => {
    const device = devices.door(sighting.cameraId);
    if (device) inbox.add(sighting, doorOf(device), () => report({ type: 'safe', id: sighting.id }));
  });
  process.once('SIGTERM', () => {
    void opened.disposeAsync().then(() => process.exit());
  });
  process.on('disconnect', () => process.exit());
  report({ type: 'ready' });
}
