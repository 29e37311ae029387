/**
 * How many cameras (VGA, 15 pictures a second published, 5 analyzed) this machine sustains; ends within 4 minutes.
 *
 * Real faces, encoded once and replayed as RTP, so that publishing costs next to nothing; the media worker, the
 * analyzer and its vision threads are the product's. Every camera shows one face: in turn an enrolled person, found
 * among 1,000, and a stranger. Cameras are added step by step; a step counts as sustained while the slowest
 * camera gets TOLERANCE of the wanted rate.
 */
import { pino } from 'pino';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool } from '../../server/analyzer/analyzer-pool.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import type { AnalyzedCameraStats, GalleryEntry } from '#protocol/analyzer.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { loadRtpClip, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';
import { usage } from './process-usage.ts';
import { benchOptions, report, type BenchRow } from './report.ts';

/** A camera with 4.75 of 5 analyzed pictures per second counts as served, because only whole pictures are counted. */
const TOLERANCE = 0.95;
const STEPS = [1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64];
/** Time between two added cameras, ms: in practice, too, they do not all start at once. */
const SPACING = 60;
const SETTLE = 3_000;
const GALLERY = 1_000;
const FPS = 15;
/** No step begins after this long, ms. */
const LIMIT = 215_000;

const options = benchOptions({ rate: 5, seconds: 8, threads: 0, analyzers: 1 });
const log = pino({ level: 'warn' });
const config = loadConfig({
  MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
  MUSTER_ANALYZERS: String(options.analyzers),
  MUSTER_LOG_LEVEL: 'warn',
  ...(options.threads > 0 && { MUSTER_VISION_THREADS: String(options.threads) }),
});

/** The two people of the clips, and others that nobody looks like: random directions. */
function crowd(pack: ModelPack, known: Float32Array[]): GalleryEntry[] {
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  const others = Array.from({ length: GALLERY - 1 }, (_, i) => {
    const direction = Float32Array.from({ length: pack.embeddingLength }, random);
    const norm = Math.hypot(...direction);
    return { personId: `other-${i}`, contract: pack.contract, embeddings: [direction.map((v) => v / norm)] };
  });
  return [{ personId: 'known', contract: pack.contract, embeddings: known }, ...others];
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Ramp {
  readonly #place: RouterSlot;
  readonly #pool: AnalyzerPool;
  readonly #scenes: readonly RtpClip[];
  readonly #cameras: RtpCamera[] = [];
  readonly #analyzed = new Map<string, { fps: number[]; fpsIn: number[] }>();

  constructor(place: RouterSlot, pool: AnalyzerPool, scenes: readonly RtpClip[]) {
    this.#place = place;
    this.#pool = pool;
    this.#scenes = scenes;
    pool.on('camera.stats', (stats: AnalyzedCameraStats) => {
      this.#analyzed.get(stats.cameraId)?.fps.push(stats.fpsAnalyzed);
      this.#analyzed.get(stats.cameraId)?.fpsIn.push(stats.fpsIn);
    });
  }

  async growTo(count: number): Promise<void> {
    while (this.#cameras.length < count) {
      const n = this.#cameras.length;
      const camera = await RtpCamera.open({
        router: this.#place.router,
        clip: this.#scenes[n % this.#scenes.length]!,
        ssrc: 1_000 + n,
      });
      this.#cameras.push(camera);
      this.#pool.watch(
        new ProducerSource({
          producer: camera.producer,
          slot: this.#place,
          watch: { cameraId: `camera-${n}`, purpose: 'check-in', rate: options.rate, minFace: 0.08 },
        }),
      );
      await wait(SPACING);
    }
  }

  /** Rates of each camera over `seconds`, and what the processes took meanwhile. */
  async measure(seconds: number) {
    const waits: number[] = [];
    const totals: number[] = [];
    const observe = (o: { timings: { wait: number; total: number } }) => {
      waits.push(o.timings.wait);
      totals.push(o.timings.total);
    };
    this.#pool.on('observation', observe);
    this.#cameras.forEach((_, n) => this.#analyzed.set(`camera-${n}`, { fps: [], fpsIn: [] }));
    const [analyzers, worker] = [this.#pool.list().map(({ pid }) => pid), [this.#place.pid]];
    const before = { analyzers: usage(analyzers), worker: usage(worker), own: process.cpuUsage() };
    const started = performance.now();
    await wait(seconds * 1000);
    const took = (performance.now() - started) / 1000;
    const after = { analyzers: usage(analyzers), worker: usage(worker), own: process.cpuUsage(before.own) };
    this.#pool.off('observation', observe);
    const rates = [...this.#analyzed.values()].map(({ fps }) => mean(fps));
    this.#analyzed.clear();
    return {
      slowest: Math.min(...rates),
      mean: mean(rates),
      wait: mean(waits),
      total: mean(totals),
      analyzerCpu: (100 * (after.analyzers.cpu - before.analyzers.cpu)) / took,
      workerCpu: (100 * (after.worker.cpu - before.worker.cpu)) / took,
      ownCpu: (after.own.user + after.own.system) / 1e4 / took,
      analyzerMemory: after.analyzers.rss,
      workerMemory: after.worker.rss,
    };
  }

  close(): void {
    for (const camera of this.#cameras.splice(0)) camera.close();
  }
}

const began = performance.now();
const pack = await loadPack(config.models.pack);
const engine = await createEngine(pack, config.models.cacheDir);
const known = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
await engine.close();
const size = { width: 640, height: 480, fps: FPS, boomerang: true };
const scenes = [
  await loadRtpClip(await vp8Clip({ clip: 'franck', from: 10, to: 14, ...size }), FPS),
  await loadRtpClip(await vp8Clip({ clip: 'cap13', from: 2, to: 6, ...size }), FPS),
];

const rows: BenchRow[] = [];
const place = await RouterSlot.create({
  workerBin: mediaWorkerBin(),
  listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
  log,
});
let pool: AnalyzerPool | null = null;
let ramp: Ramp | null = null;
try {
  const gallery = crowd(pack, known);
  pool = await AnalyzerPool.create({
    config,
    log,
    loadGallery: async () => gallery,
  });
  pool.on('sighting', (_sighting, safe) => safe());
  ramp = new Ramp(place, pool, scenes);
  const idle = usage(pool.list().map(({ pid }) => pid)).rss;
  let sustained = 0;
  for (const cameras of STEPS) {
    if (performance.now() - began > LIMIT) break;
    await ramp.growTo(cameras);
    await wait(SETTLE);
    const m = await ramp.measure(options.seconds);
    const ok = m.slowest >= options.rate * TOLERANCE;
    console.log(
      `${cameras} cameras: slowest ${m.slowest.toFixed(2)}/s ${ok ? 'sustained' : 'not sustained'}`,
    );
    const name = `${String(cameras).padStart(2)} cameras`;
    const add = (metric: string, value: number, unit: string) =>
      rows.push({ case: name, metric, value, unit });
    add('slowest', m.slowest, '1/s');
    add('mean', m.mean, '1/s');
    add('slot wait', m.wait, 'ms');
    add('slot to result', m.total, 'ms');
    add('analyzer', m.analyzerCpu, '% core');
    add('per camera', m.analyzerCpu / cameras, '% core');
    add('worker per camera', m.workerCpu / cameras, '% core');
    add('server+publishers', m.ownCpu, '% core');
    add('analyzer memory', m.analyzerMemory, 'MiB');
    add('memory per camera', (m.analyzerMemory - idle) / cameras, 'MiB');
    if (!ok) break;
    sustained = cameras;
  }
  rows.push({ case: 'sustained', metric: 'cameras', value: sustained, unit: '' });
} finally {
  await pool?.close();
  ramp?.close();
  await place.close();
}
const { threads } = config.analyzer;
console.log(
  `\n${threads} vision thread(s) in ${options.analyzers} analyzer(s); sustained: slowest camera ≥ ${TOLERANCE} × ${options.rate}/s`,
);
await report({ bench: 'cameras', rows, json: options.json });
