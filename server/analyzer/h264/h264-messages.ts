/** What an H264Source and its thread tell each other. */
import type { types as ms } from 'mediasoup';
import type { TransportParameters } from '../../protocol/signaling.ts';
import type { PictureLimit } from '../../media/picture-size.ts';

export interface H264ThreadData {
  transport: TransportParameters;
  limit: PictureLimit;
  /** One number: how many pictures have been sent and not yet been taken. */
  waiting: SharedArrayBuffer;
}

export interface ToH264Thread {
  type: 'consume';
  rtpParameters: ms.RtpParameters;
}

export type FromH264Thread =
  | { type: 'ready' }
  | { type: 'connect'; dtlsParameters: ms.DtlsParameters }
  | { type: 'consuming' }
  | { type: 'picture'; data: Uint8Array; width: number; height: number; rotation: number }
  | { type: 'lost'; message: string };
