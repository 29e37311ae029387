/**
 * The process of one H264Source with the decoder of the pack `node-av`: native code that reads what strangers send. Its
 * arguments are the folder of the pack, and the bytes of a picture in the memory that it shares with its parent, 0 without any.
 */
import { decoderLoop } from './decoder-loop.ts';
import type { FromDecoder, ToDecoder } from './decoder-messages.ts';
import { NodeAvDecoder } from './node-av-decoder.ts';
import { writeShared } from './shared-pictures.ts';

const [pack = '', bytes] = process.argv.slice(2);

function send(message: FromDecoder): void {
  // The parent may be exiting; the `disconnect` event ends this process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// A terminal or a service manager signals the whole process group. The parent decides.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));

const take = decoderLoop({
  decoder: NodeAvDecoder.open(pack),
  send,
  handOver: ({ data, width, height }, rotation, place) => {
    const shared = writeShared(Number(bytes), place, data);
    send({ type: 'picture', place, data: shared ? null : data, width, height, rotation });
  },
  rss: () => process.memoryUsage.rss(),
});
process.on('message', (message: ToDecoder) => take(message));
if (!process.connected) process.exit(0);
