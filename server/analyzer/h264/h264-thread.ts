/** The thread of one H264Source with the decoder that comes with Muster. */
import { parentPort } from 'node:worker_threads';
import { decoderLoop } from './decoder-loop.ts';
import type { ToDecoder } from './decoder-messages.ts';
import { TinyDecoder } from './tiny-decoder.ts';

const port = parentPort!;
const take = decoderLoop({
  decoder: TinyDecoder.open(),
  send: (message) => port.postMessage(message),
  handOver: ({ data, width, height }, rotation, place) =>
    port.postMessage({ type: 'picture', place, data, width, height, rotation }, [data.buffer as ArrayBuffer]),
});
port.on('message', (message: ToDecoder) => take(message));
