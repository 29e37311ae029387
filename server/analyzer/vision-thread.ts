/** The program of one vision thread: it has models of its own, reads the shared gallery, and analyzes one picture at a time. */
import { randomInt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { GalleryReader } from '../recognition/gallery.ts';
import { similarityScale } from '../recognition/similarity-scale.ts';
import { createEngine } from '../vision/engine.ts';
import { faceCrop } from '../vision/face-crop.ts';
import { openFormerRecognizer } from '../vision/former-recognizer.ts';
import { loadLivenessPack } from '../vision/liveness-pack.ts';
import { LivenessCheck } from '../vision/liveness.ts';
import { loadPack } from '../vision/pack.ts';
import type { Detection, I420Frame } from '../vision/types.ts';
import type { GalleryShares } from './analyzer-gallery.ts';
import { analyzeCheckIn, analyzeEnrollment } from './analyze-frame.ts';
import { FrameReader } from './frame-slot.ts';
import type { FromVisionThread, ToVisionThread, VisionThreadData } from './vision-messages.ts';

if (!parentPort) throw new Error('vision-thread.ts is the program of a worker thread');
const port = parentPort;
const data = workerData as VisionThreadData;
const send = (message: FromVisionThread) => port.postMessage(message);

const { cacheDir, pictures } = data;
const pack = await loadPack(data.pack);
const engine = await createEngine(pack, cacheDir, { providers: data.providers, pictures });
const options = { threads: 1, providers: [engine.execution.provider] };
let liveness = data.checks.liveness ? await openLiveness() : null;
let { snapshots } = data.checks;
const formerPack = data.former === null ? null : await loadPack(data.former);
const former = formerPack && {
  recognizer: await openFormerRecognizer(formerPack, cacheDir, options),
  scale: similarityScale(formerPack.thresholds, pack.thresholds),
};
/** The current job; the models are not released before it ends. */
let running: Promise<void> = Promise.resolve();
let galleries = readersOf(data.galleries);
const cameras = new Map<string, FrameReader>();
const parts = {
  engine,
  search: (embeddings: readonly Float32Array[], limit: number) => galleries.current.search(embeddings, limit),
  former: former && {
    embed: (picture: I420Frame, faces: readonly Detection[]) => former.recognizer.embed(picture, faces),
    search: (embeddings: readonly Float32Array[], limit: number) =>
      (galleries.former?.search(embeddings, limit) ?? []).map((matches) =>
        matches.map(({ personId, similarity }) => ({ personId, similarity: former.scale(similarity) })),
      ),
  },
  get lookAlikes() {
    return galleries.lookAlikes;
  },
  get liveness() {
    return liveness;
  },
  get crop() {
    return snapshots ? faceCrop : null;
  },
  random: (n: number) => randomInt(n),
  now: () => performance.now(),
};

function readersOf({ current, former: beside, lookAlikes }: GalleryShares) {
  return { current: new GalleryReader(current), former: beside && new GalleryReader(beside), lookAlikes };
}

async function analyze({ job, lease }: Extract<ToVisionThread, { type: 'analyze' }>): Promise<void> {
  try {
    const picture = cameras.get(job.cameraId)?.picture(lease);
    if (!picture) throw new Error('the buffers of this camera were not attached');
    const result =
      job.purpose === 'check-in'
        ? await analyzeCheckIn(picture, job, parts)
        : await analyzeEnrollment(picture, job, parts);
    send({ type: 'analyzed', result });
  } catch (error) {
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function openLiveness(): Promise<LivenessCheck> {
  return LivenessCheck.open(await loadLivenessPack(), cacheDir, options);
}

/** Between two pictures: a picture is analyzed with the networks that it began with. */
async function change({ request, checks }: Extract<ToVisionThread, { type: 'checks' }>): Promise<void> {
  try {
    if (checks.liveness) liveness ??= await openLiveness();
    else {
      const unused = liveness;
      liveness = null;
      await unused?.close();
    }
    ({ snapshots } = checks);
    send({ type: 'checked', request, fault: null });
  } catch (error) {
    send({ type: 'checked', request, fault: error instanceof Error ? error.message : String(error) });
  }
}

async function close(): Promise<void> {
  await liveness?.close();
  await former?.recognizer.close();
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
    case 'galleries':
      galleries = readersOf(message.shares);
      break;
    case 'analyze':
      running = running.then(() => analyze(message));
      break;
    case 'checks':
      running = running.then(() => change(message));
      break;
    case 'settle':
      void running.then(() => send({ type: 'settled', request: message.request }));
      break;
    case 'close':
      void running.then(close).finally(() => port.close());
      break;
  }
});
send({ type: 'ready', execution: engine.execution });
