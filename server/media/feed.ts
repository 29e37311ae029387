/** What an analyzer needs of a camera: one more WebRTC peer on its router. */
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, WatchOptions } from '../protocol/analyzer.ts';
import type { TransportParameters } from '../protocol/signaling.ts';

export interface CameraFeed {
  readonly options: WatchOptions;
  /** Opens a transport on the camera's router. Throws MusterError `media-unavailable` when the camera is gone. */
  openTransport(): Promise<FeedTransport>;
}

export interface FeedTransport {
  readonly parameters: TransportParameters;
  readonly routerRtpCapabilities: ms.RtpCapabilities;
  connect(dtlsParameters: ms.DtlsParameters): Promise<void>;
  /** The one long-lived consumer of the camera, paused. */
  consume(rtpCapabilities: ms.RtpCapabilities): Promise<ConsumerParameters>;
  /** Lets media flow, and asks for a keyframe. */
  resume(): Promise<void>;
  close(): void;
}
