/** What the figures for Prometheus cost: to count one picture, and to write out those of many cameras. */
import { Metrics } from '../../server/metrics/metrics.ts';
import { machineNow } from '../../server/time/machine-clock.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { cameras, pictures, scrapes, json } = benchOptions({ cameras: 64, pictures: 200_000, scrapes: 100 });
const ROUNDS = 5;

const metrics = new Metrics({ version: 'bench' });
const ids = Array.from({ length: cameras }, () => crypto.randomUUID());
const timings = { wait: 4.12, detect: 9.3, track: 1.1, embed: 30.5, search: 0.4, total: 45.4 };
const rows: BenchRow[] = [];

/** Processor time of this process so far, µs. */
const spent = () => process.cpuUsage().user + process.cpuUsage().system;

for (const camera of ids) {
  const rates = { cameraId: camera, width: 640, height: 480, fpsIn: 15, fpsAnalyzed: 10, faces: 1 };
  metrics.cameras.reported(
    { ...rates, pictures: { received: 15, analyzed: 10, skipped: 5, failed: 0 } },
    'station',
  );
  metrics.media.measured(camera, { packets: 100, lost: 1, nacks: 1, plis: 1, bytes: 1e5 }, null);
}

const perPicture: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = spent();
  for (let i = 0; i < pictures; i += 1) metrics.analysis.analyzed(timings, machineNow() - machineNow());
  perPicture.push((spent() - before) / pictures);
}
const counted = quantile(perPicture, 0.5);
rows.push({ case: 'count one picture', metric: 'processor time', value: counted, unit: 'µs', digits: 1 });
rows.push({
  case: 'count one picture',
  metric: `of the ${timings.total} ms of its analysis`,
  value: counted / (timings.total * 10),
  unit: '%',
  digits: 3,
});

const perScrape: number[] = [];
let bytes = 0;
for (let i = 0; i < scrapes; i += 1) {
  const before = spent();
  bytes = (await metrics.text()).length;
  perScrape.push((spent() - before) / 1000);
}
const scrape = `one scrape, ${cameras} cameras`;
rows.push({ case: scrape, metric: 'processor time', value: quantile(perScrape, 0.5), unit: 'ms', digits: 1 });
rows.push({ case: scrape, metric: 'size', value: bytes / 1024, unit: 'KiB', digits: 0 });
await report({ bench: 'metrics', rows, json });
