/** What receives the pictures of one camera in an analyzer: libwebrtc, or RTP with a decoder of our own. */
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, DecoderFault } from '../protocol/analyzer.ts';
import type { TransportParameters } from '../protocol/signaling.ts';
import type { PictureLimit } from '../media/picture-size.ts';
import type { I420Frame } from '../vision/types.ts';

export interface PictureSourceOptions {
  transport: TransportParameters;
  routerRtpCapabilities: ms.RtpCapabilities;
  /** The transport wants to connect. Media flows once the other side has applied these parameters. */
  onConnect(dtlsParameters: ms.DtlsParameters): void;
  /** A decoded picture. `data` is valid only during the call. `rotation`: degrees clockwise. */
  onPicture(picture: I420Frame, rotation: number): void;
  /** Give up a track that delivers no picture for this long, ms: a new attachment requests a new keyframe. */
  stallLimit?: number;
  /** The largest picture that is decoded. Default: Full HD, upright or not. */
  pictureLimit?: PictureLimit | undefined;
  /** Folder of the pack that decodes H.264; null or absent: the decoder that comes with Muster. */
  decoderPack?: string | null | undefined;
  /**
   * The transport failed, or the track ended or stalled: nothing more will arrive. Called once. `fault`: it is the decoder's, and
   * pictures of this camera may have caused it.
   */
  onLost(message: string, fault?: DecoderFault): void;
}

export interface PictureSource {
  readonly rtpCapabilities: ms.RtpCapabilities;
  /** Attaches the camera's consumer. Pictures arrive once the other side resumes it. */
  consume(parameters: ConsumerParameters): Promise<void>;
  /** Idempotent. */
  close(): void;
}
