/** The camera as an analyzer uses it: the analyzer is one more WebRTC peer on the camera's router. */
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, WatchOptions } from '../protocol/analyzer.ts';
import type { TransportParameters } from '../protocol/signaling.ts';

export interface CameraSource {
  readonly options: WatchOptions;
  /**
   * Opens a transport on the camera's router.
   *
   * @throws MusterError `media-unavailable` if the camera no longer publishes
   */
  openTransport(): Promise<SourceTransport>;
}

export interface SourceTransport {
  readonly parameters: TransportParameters;
  readonly routerRtpCapabilities: ms.RtpCapabilities;
  /** What the camera sends, such as `video/VP8`. */
  readonly mimeType: string;
  connect(dtlsParameters: ms.DtlsParameters): Promise<void>;
  /** Creates the only consumer of the camera, paused. It is long-lived. */
  consume(rtpCapabilities: ms.RtpCapabilities): Promise<ConsumerParameters>;
  /** Resumes the consumer and requests a keyframe. */
  resume(): Promise<void>;
  /** Calls the listener when the transport is closed, by whomever. */
  onClosed(listener: () => void): void;
  close(): void;
}
