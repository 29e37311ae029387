/** What an H264Source and the thread or process with its decoder tell each other. */
import type { types as ms } from 'mediasoup';
import type { TransportParameters } from '../../protocol/signaling.ts';
import type { PictureLimit } from '../../media/picture-size.ts';

/** Pictures that the analyzer has not taken yet; further ones are left out, because a newer one follows. */
export const MOST_WAITING = 3;
export const DECODER_LIMITS = {
  /** Between two signs of life, ms. */
  beat: 1_000,
  /**
   * Without one for so long it hangs, ms. The ones that did not come are counted, because the analyzer may have stood still
   * itself.
   */
  silence: 8_000,
  /** Time from its creation until it is ready, ms: as long as the server waits for it. */
  start: 10_000,
  /** Most resident memory of a process of its own, bytes: about 180 MiB for small pictures, 240 in Full HD. */
  memory: 512 * 1024 * 1024,
} as const;

export type ToDecoder =
  | { type: 'open'; transport: TransportParameters; limit: PictureLimit }
  | { type: 'consume'; rtpParameters: ms.RtpParameters }
  /** A picture has been taken, and its place is free. */
  | { type: 'taken'; place: number };

export type FromDecoder =
  /** `rss`: bytes, of a process of its own. */
  | { type: 'beat'; rss?: number }
  | { type: 'ready' }
  | { type: 'connect'; dtlsParameters: ms.DtlsParameters }
  | { type: 'consuming' }
  /** I420. Without `data` it lies at its place in the memory that both have. */
  | {
      type: 'picture';
      place: number;
      data: Uint8Array | null;
      width: number;
      height: number;
      rotation: number;
    }
  | { type: 'lost'; message: string };

/** A decoder somewhere else, as an H264Source sees it. It runs from its creation on. */
export interface DecoderHost {
  post(message: ToDecoder): void;
  /** A picture of a message; valid until its place is taken. */
  pictureOf(message: Extract<FromDecoder, { type: 'picture' }>): Uint8Array;
  /** Ends it at once, whatever it does. Idempotent; `onEnd` is not called any more. */
  end(): void;
}

export interface DecoderHostEvents {
  onMessage: (message: FromDecoder) => void;
  /** It is gone. Called at most once. */
  onEnd: (message: string) => void;
}
