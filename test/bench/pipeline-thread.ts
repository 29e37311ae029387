/** One vision thread of the pipeline benchmark: the whole way of a frame, as often as the time allows. */
import { parentPort, workerData } from 'node:worker_threads';
import { GalleryReader, type GalleryShare } from '../../server/recognition/gallery.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { I420Frame } from '../../server/vision/types.ts';

export interface PipelineThreadData {
  pack: string;
  cacheDir: string;
  frames: I420Frame[];
  gallery: GalleryShare;
  /** How long to work, ms. */
  time: number;
}

if (!parentPort) throw new Error('pipeline-thread.ts is the program of a worker thread');
const port = parentPort;
const { pack, cacheDir, frames, gallery, time } = workerData as PipelineThreadData;
const engine = await createEngine(await loadPack(pack), cacheDir);
const reader = new GalleryReader(gallery);
port.postMessage('ready');

port.once('message', () => {
  void work().then(async (faces) => {
    await engine.close();
    port.postMessage(faces);
  });
});

/** Returns the number of faces that passed through all stages in `time`. */
async function work(): Promise<number> {
  const end = performance.now() + time;
  let done = 0;
  for (let i = 0; performance.now() < end; i++) {
    const frame = frames[i % frames.length]!;
    const faces = await engine.detect(frame, 0.1);
    for (const face of faces) engine.judge(frame, face);
    reader.search(await engine.embed(frame, faces), 2);
    done += faces.length;
  }
  return done;
}
