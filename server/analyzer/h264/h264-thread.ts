/** The thread of one H264Source: receives its camera, decodes it, and hands the pictures over. */
import { parentPort, workerData } from 'node:worker_threads';
import { H264Decoder, ENCODED_LIMIT } from './decoder.ts';
import type { FromH264Thread, H264ThreadData, ToH264Thread } from './h264-messages.ts';
import { H264Pictures } from './pictures.ts';
import { RtpReceiver } from './rtp-receiver.ts';

/** Pictures that wait for the analyzer; further ones are left out, because a newer one follows. */
const MOST_WAITING = 3;
/** How often packets that wait for a lost one are looked at, ms. */
const LOOK = 10;

const { transport, limit, waiting } = workerData as H264ThreadData;
const port = parentPort!;
const untaken = new Int32Array(waiting);

function send(message: FromH264Thread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

const decoder = await H264Decoder.open();
let receiver: RtpReceiver | null = null;
const pictures = new H264Pictures({
  decoder,
  limit,
  encodedLimit: ENCODED_LIMIT,
  onPicture: ({ data, width, height }, rotation) => {
    if (Atomics.load(untaken, 0) >= MOST_WAITING) return;
    Atomics.add(untaken, 0, 1);
    send({ type: 'picture', data, width, height, rotation }, [data.buffer as ArrayBuffer]);
  },
  onKeyframeNeeded: () => receiver?.requestKeyframe(),
  onMissing: (sequences) => receiver?.requestPackets(sequences),
});

port.once('message', ({ rtpParameters }: ToH264Thread) => {
  receiver?.consume(rtpParameters);
  setInterval(() => pictures.look(performance.now()), LOOK);
  send({ type: 'consuming' });
});

receiver = await RtpReceiver.open({
  transport,
  onPacket: (packet) => pictures.take(packet, performance.now()),
  onFailed: (message) => send({ type: 'lost', message }),
});
send({ type: 'connect', dtlsParameters: receiver.dtlsParameters });
send({ type: 'ready' });
