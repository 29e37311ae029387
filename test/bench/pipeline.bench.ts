/**
 * Measures the time of each stage of the vision pipeline on real faces, how many faces per second one and two vision
 * threads process from picture to match, and how much memory is in use after 10,000 frames. Takes at most 2 minutes.
 */
import { once } from 'node:events';
import path from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { alignmentMap } from '../../server/vision/align.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { FaceDetector, inputSize, placement } from '../../server/vision/face-detector.ts';
import { LandmarkMarker } from '../../server/vision/landmark-marker.ts';
import { loadPack, packFile, verifyPack } from '../../server/vision/pack.ts';
import type { ModelPack } from '../../server/vision/pack.ts';
import { Recognizer } from '../../server/vision/recognizer.ts';
import { I420Resizer } from '../../server/vision/resize.ts';
import type { Detection, FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { FaceCropper } from '../../server/vision/warp.ts';
import { readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { benchOptions, quantile, report } from './report.ts';
import type { BenchRow } from './report.ts';
import type { PipelineThreadData } from './pipeline-thread.ts';

const options = benchOptions({
  pack: 'faceplugin',
  cache: path.resolve(import.meta.dirname, '../../models/cache'),
  /** Number of runs per stage, of which the median is reported. */
  runs: 200,
  /** How long one thread works, and then two threads, seconds. */
  seconds: 8,
  /** Number of frames of the memory measurement. */
  frames: 10_000,
});
const SIZES = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
];
/** One of this many frames is embedded, because a recognized face is embedded again only every few seconds. */
const EMBED_EVERY = 10;
const MIN_FACE = 0.1;

const pack = await loadPack(options.pack);
await verifyPack(pack, options.cache);
const rows: BenchRow[] = [];
for (const size of SIZES) rows.push(...(await stages(pack, await pictures(size))));
const vga = await pictures(SIZES[0]!);
rows.push(...searches(pack));
for (const threads of [1, 2]) rows.push(await throughput(threads, vga));
const engine = await createEngine(pack, options.cache);
rows.push(...(await memory(engine, vga)));
await engine.close();
await report({ bench: 'pipeline', rows, json: options.json });

/** Pictures of one man who turns his head. */
async function pictures(size: { width: number; height: number }): Promise<I420Frame[]> {
  const frames: I420Frame[] = [];
  for await (const frame of readFrames(clips.cap12.file, { ...size, fps: 2, from: 15, to: 31 })) {
    frames.push(frame);
  }
  return frames;
}

/** The median time of each stage. If a stage contains another one, the median of the inner stage is subtracted. */
async function stages(pack: ModelPack, frames: I420Frame[]): Promise<BenchRow[]> {
  const session = { threads: 1, providers: ['cpu'] };
  const detector = await FaceDetector.open(
    pack.detector,
    packFile(pack, pack.detector, options.cache),
    session,
  );
  const marker =
    pack.landmarks &&
    (await LandmarkMarker.open(pack.landmarks, packFile(pack, pack.landmarks, options.cache), session));
  const recognizer = await Recognizer.open(
    pack.recognizer,
    packFile(pack, pack.recognizer, options.cache),
    session,
  );
  const judge = await createEngine(pack, options.cache);
  const { width, height } = frames[0]!;
  const name = `${width}×${height}`;
  const ms = (metric: string, value: number): BenchRow => ({ case: name, metric, value, unit: 'ms' });

  const input = inputSize(pack.detector.input.size, frames[0]!, MIN_FACE);
  const place = placement(pack.detector.input.fit, frames[0]!, input);
  const tensor = new Float32Array(pack.detector.input.mean.length * input.width * input.height);
  const resizer = new I420Resizer();
  const sample = await median(frames, (f) =>
    resizer.resize(f, tensor, input.width, place, pack.detector.input),
  );
  const detect = await median(frames, (f) => detector.detect(f, MIN_FACE));

  const faces = new Map<I420Frame, Detection>();
  for (const frame of frames) {
    const [face] = await judge.detect(frame, MIN_FACE);
    if (face) faces.set(frame, face);
  }
  const seen = [...faces.keys()];
  const landmarks = marker ? await median(seen, (f) => marker.mark(f, faces.get(f)!)) : 0;
  const judged = await median(seen, (f) => judge.judge(f, faces.get(f)!));
  const { size } = pack.recognizer.input;
  const cropper = new FaceCropper(size.width, size.height);
  const crop = new Float32Array(pack.recognizer.input.mean.length * size.width * size.height);
  const template = pack.recognizer.alignment.points.flat();
  const align = await median(seen, (f) => {
    cropper.crop(f, alignmentMap(faces.get(f)!.landmarks, template), pack.recognizer.input, crop);
  });
  const embed = await median(seen, (f) => recognizer.embed(f, [faces.get(f)!]));
  for (const part of [detector, marker, recognizer, judge]) await part?.close();
  return [
    ms('sample', sample),
    ms('detect', detect - sample),
    ms('landmarks', landmarks),
    ms('judge', judged),
    ms('align', align),
    ms('embed', embed - align),
  ];
}

async function median(frames: readonly I420Frame[], stage: (frame: I420Frame) => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = -20; i < options.runs; i++) {
    const start = performance.now();
    await stage(frames[(i + 20) % frames.length]!);
    if (i >= 0) times.push(performance.now() - start);
  }
  return quantile(times, 0.5);
}

function randomUnit(length: number): Float32Array {
  const v = Float32Array.from({ length }, () => Math.random() + Math.random() + Math.random() - 1.5);
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

function gallery(templates: number): SharedGallery {
  const length = pack.embeddingLength;
  const all = SharedGallery.create({ length, capacity: templates });
  // Nine templates a person, as a full enrollment leaves them: the aggregate and eight of the ring.
  for (let n = 0; n < templates; n += 9) {
    const embeddings = Array.from({ length: Math.min(9, templates - n) }, () => randomUnit(length));
    all.upsert({ personId: `person-${n}`, embeddings });
  }
  return all;
}

function searches(pack: ModelPack): BenchRow[] {
  return [1_000, 10_000].map((templates) => {
    const reader = new GalleryReader(gallery(templates).share());
    const probe = [randomUnit(pack.embeddingLength)];
    const times = Array.from({ length: options.runs }, () => {
      const start = performance.now();
      reader.search(probe, 2);
      return performance.now() - start;
    });
    const value = quantile(times.slice(20), 0.5);
    return { case: `${templates} templates`, metric: 'search', value, unit: 'ms' };
  });
}

async function throughput(threads: number, frames: I420Frame[]): Promise<BenchRow> {
  const time = options.seconds * 1000;
  const data: PipelineThreadData = {
    pack: pack.id,
    cacheDir: options.cache,
    frames,
    gallery: gallery(1_000).share(),
    time,
  };
  const program = new URL('pipeline-thread.ts', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(program, { workerData: data }));
  await Promise.all(workers.map((w) => once(w, 'message')));
  const counts = workers.map(async (w) => {
    const exited = once(w, 'exit');
    w.postMessage('go');
    const [faces] = (await once(w, 'message')) as [number];
    await exited;
    return faces;
  });
  const faces = (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
  const value = (faces * 1000) / time;
  return { case: `${threads} thread${threads > 1 ? 's' : ''}, 640×480`, metric: 'faces', value, unit: '1/s' };
}

function mib(bytes: number): number {
  return bytes / 2 ** 20;
}

/** What `options.frames` frames leave behind once collected, and what collecting cost meanwhile. */
async function memory(engine: FaceEngine, frames: I420Frame[]): Promise<BenchRow[]> {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const reader = new GalleryReader(gallery(1_000).share());
  const pass = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const frame = frames[i % frames.length]!;
      const faces = await engine.detect(frame, MIN_FACE);
      for (const face of faces) engine.judge(frame, face);
      if (i % EMBED_EVERY === 0) reader.search(await engine.embed(frame, faces), 2);
    }
  };
  await pass(500);
  let pauses = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) pauses += entry.duration;
  });
  collect();
  const before = process.memoryUsage();
  observer.observe({ entryTypes: ['gc'] });
  await pass(options.frames);
  observer.disconnect();
  const uncollected = process.memoryUsage();
  collect();
  const after = process.memoryUsage();
  const name = `${options.frames} frames`;
  const row = (metric: string, value: number, unit: string): BenchRow => ({
    case: name,
    metric,
    value,
    unit,
  });
  return [
    row('heap growth', mib(after.heapUsed - before.heapUsed), 'MiB'),
    row('buffer growth', mib(after.arrayBuffers - before.arrayBuffers), 'MiB'),
    row('resident growth', mib(uncollected.rss - before.rss), 'MiB'),
    row('collector', (pauses * 1000) / options.frames, 'µs/frame'),
  ];
}
