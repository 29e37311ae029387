/** The thread that vision-pool.test.ts runs. The camera's id selects how it treats a job. */
import { parentPort, workerData } from 'node:worker_threads';
import { FrameReader } from './frame-slot.ts';
import type { FromVisionThread, ToVisionThread, VisionThreadData } from './vision-messages.ts';

const port = parentPort!;
const data = workerData as VisionThreadData;
const send = (message: FromVisionThread) => port.postMessage(message);
let { capacity } = data.galleries.current;
const cameras = new Map<string, FrameReader>();

/** What a thread reports under `node --watch` for each file that it loads. */
const watched = () => port.postMessage({ 'watch:import': ['file:///some/module.ts'] });

if (data.pack === 'watched') watched();
if (data.pack === 'missing') throw new Error('there is no such pack');

port.on('message', (message: ToVisionThread) => {
  if (message.type === 'close') port.close();
  else if (message.type === 'buffers') cameras.set(message.cameraId, new FrameReader(message.buffers));
  else if (message.type === 'forget') cameras.delete(message.cameraId);
  else if (message.type === 'galleries') capacity = message.shares.current.capacity;
  else if (message.type === 'analyze') {
    const { job, lease } = message;
    if (data.pack === 'watched') watched();
    if (job.cameraId === 'crash') throw new Error('the thread crashed');
    if (job.cameraId === 'refuse') return send({ type: 'failed', message: 'not this picture' });
    const { width, height, data: pixels } = cameras.get(job.cameraId)!.picture(lease);
    const { cameraId, at } = job;
    // Reports what it saw (the first pixel) and what it has (the gallery's capacity).
    const seen = { cameraId, frame: capacity, at: at + pixels[0]!, width, height, faces: [] };
    send({ type: 'analyzed', result: { purpose: 'enrollment', capture: seen } });
  }
});
const refused =
  data.pack === 'fallback' && data.providers.includes('cuda')
    ? [{ provider: 'cuda' as const, reason: 'no such library' }]
    : [];
const onCard = data.pack === 'webgpu' && data.providers.includes('webgpu');
send({ type: 'ready', execution: { provider: onCard ? 'webgpu' : 'cpu', onCpu: onCard ? 0 : 1, refused } });
