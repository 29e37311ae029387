/** What the thread or process of one camera does: it receives the camera, decodes it, and hands the pictures over. */
import type { I420Frame } from '../../vision/types.ts';
import type { H264Decoder } from './decoder.ts';
import { DECODER_LIMITS, type FromDecoder, MOST_WAITING, type ToDecoder } from './decoder-messages.ts';
import { H264Pictures } from './pictures.ts';
import { RtpReceiver } from './rtp-receiver.ts';

export interface DecoderLoopOptions {
  decoder: Promise<H264Decoder>;
  send: (message: FromDecoder) => void;
  /** Hands over a picture. `place`: from 0 to `MOST_WAITING` - 1, not in use. */
  handOver: (picture: I420Frame, rotation: number, place: number) => void;
  /** Of a process of its own, for its beats. */
  rss?: () => number;
}

/** How often packets that wait for a lost one are looked at, ms. */
const LOOK = 10;

/** Returns what has to be called with every message of the H264Source. */
export function decoderLoop({
  decoder,
  send,
  handOver,
  rss,
}: DecoderLoopOptions): (message: ToDecoder) => void {
  const free = Array.from({ length: MOST_WAITING }, (_, place) => place);
  let receiver: RtpReceiver | null = null;
  // What went wrong is told once it is needed.
  decoder.catch(() => {});
  const beat = () => send({ type: 'beat', ...(rss && { rss: rss() }) });
  setInterval(beat, DECODER_LIMITS.beat);

  async function open({ transport, limit }: Extract<ToDecoder, { type: 'open' }>): Promise<void> {
    const pictures = new H264Pictures({
      decoder: await decoder,
      limit,
      onPicture: (picture, rotation) => {
        const place = free.pop();
        if (place !== undefined) handOver(picture, rotation, place);
      },
      onKeyframeNeeded: () => receiver?.requestKeyframe(),
      onMissing: (sequences) => receiver?.requestPackets(sequences),
    });
    receiver = await RtpReceiver.open({
      transport,
      onPacket: (packet) => pictures.take(packet, performance.now()),
      onFailed: (message) => send({ type: 'lost', message }),
    });
    setInterval(() => pictures.look(performance.now()), LOOK);
    send({ type: 'connect', dtlsParameters: receiver.dtlsParameters });
    send({ type: 'ready' });
  }

  return (message) => {
    switch (message.type) {
      case 'open':
        open(message).catch((error: unknown) =>
          send({ type: 'lost', message: error instanceof Error ? error.message : String(error) }),
        );
        return;
      case 'consume':
        receiver?.consume(message.rtpParameters);
        return send({ type: 'consuming' });
      case 'taken':
        free.push(message.place);
    }
  };
}
