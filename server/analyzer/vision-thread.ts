/** Program of one vision thread: its own models, the shared gallery, one picture at a time. */
import { randomInt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { GalleryReader } from '../recognition/gallery.ts';
import { createEngine } from '../vision/engine.ts';
import { loadLivenessPack } from '../vision/liveness-pack.ts';
import { LivenessCheck } from '../vision/liveness.ts';
import { loadPack } from '../vision/pack.ts';
import { analyseCheckIn, analyseEnrolment } from './analyse-frame.ts';
import { FrameReader } from './frame-slot.ts';
import type { FromVisionThread, ToVisionThread, VisionThreadData } from './vision-messages.ts';

if (!parentPort) throw new Error('vision-thread.ts is the program of a worker thread');
const port = parentPort;
const data = workerData as VisionThreadData;
const say = (message: FromVisionThread) => port.postMessage(message);

const { pack, cacheDir, providers, pictures } = data;
const engine = await createEngine(await loadPack(pack), cacheDir, { providers, pictures });
const liveness = data.liveness
  ? await LivenessCheck.open(await loadLivenessPack(), cacheDir, {
      threads: 1,
      providers: [engine.execution.provider],
    })
  : null;
/** The job at hand: models are not released under it. */
let running: Promise<void> = Promise.resolve();
let gallery = new GalleryReader(data.gallery);
const cameras = new Map<string, FrameReader>();
const parts = {
  engine,
  search: (embeddings: readonly Float32Array[], limit: number) => gallery.search(embeddings, limit),
  liveness,
  random: (n: number) => randomInt(n),
  now: () => performance.now(),
};

async function analyse({ job, lease }: Extract<ToVisionThread, { type: 'analyse' }>): Promise<void> {
  try {
    const picture = cameras.get(job.cameraId)?.picture(lease);
    if (!picture) throw new Error('the buffers of this camera were not attached');
    const result =
      job.purpose === 'check-in'
        ? await analyseCheckIn(picture, job, parts)
        : await analyseEnrolment(picture, job, parts);
    say({ type: 'analysed', result });
  } catch (error) {
    say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function close(): Promise<void> {
  await liveness?.close();
  await engine.close();
}

port.on('message', (message: ToVisionThread) => {
  switch (message.type) {
    case 'buffers':
      cameras.set(message.cameraId, new FrameReader(message.buffers));
      break;
    case 'forget':
      cameras.delete(message.cameraId);
      break;
    case 'gallery':
      gallery = new GalleryReader(message.share);
      break;
    case 'analyse':
      running = analyse(message);
      break;
    case 'close':
      void running.then(close).finally(() => port.close());
      break;
  }
});
say({ type: 'ready', execution: engine.execution });
