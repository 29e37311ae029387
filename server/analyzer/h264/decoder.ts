/** What decodes the H.264 of one camera. */
import type { H264Sps } from '../../media/h264-sps.ts';
import type { I420Frame } from '../../vision/types.ts';

/** Largest encoded picture, bytes: a keyframe in Full HD of good quality has a fifth of it. */
export const ENCODED_LIMIT = 1024 * 1024;

export interface H264Decoder {
  /** Whether it decodes pictures of this kind. */
  takes(sps: H264Sps): boolean;
  /**
   * Decodes one encoded picture: its NAL units, each after a start code. Returns what can be shown now, in the order in which
   * it is shown: usually one picture, and none or several where pictures refer to later ones (B-frames).
   *
   * @param sps of this picture
   * @returns copies, cropped
   * @throws Error if it cannot be decoded; `reset`, and begin again with a keyframe after that
   */
  decode(data: Uint8Array, sps: H264Sps): I420Frame[];
  /** Forgets all pictures, after a fault. */
  reset(): void;
  close(): void;
}
