/** The data that passes between the stages of the vision pipeline. In pixels; only an observation uses fractions. */
import type { Execution } from '../protocol/execution.ts';
import type { Quality, Pose } from '../protocol/face.ts';

/**
 * One decoded picture as libwebrtc delivers it: planar YUV 4:2:0, BT.601 limited range.
 * `data` holds Y (width × height), then U and V (each ⌈width/2⌉ × ⌈height/2⌉), without padding.
 */
export interface I420Frame {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Ten numbers: x, y of left eye, right eye, nose, left and right mouth corner (left and right in the image), pixels. */
export type PixelLandmarks = Float32Array;

export interface Detection {
  /** Pixels of the frame; may reach slightly outside it. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0..1. */
  score: number;
  landmarks: PixelLandmarks;
  /** How far the eyes are open: height / width of the opening, mean of both. Absent if the model marks only five points. */
  eyes?: number;
  /** As `landmarks`, with the middles of the brows in place of the eyes. Absent if the model marks only five points. */
  brows?: PixelLandmarks;
}

/** The models of one pack, loaded once per vision thread. Not re-entrant: one frame at a time. */
export interface FaceEngine {
  readonly contract: string;
  readonly embeddingLength: number;
  /** What the networks run on. */
  readonly execution: Execution;
  /** Faces that are at least `minFace` × frame height high, best score first, with landmarks. */
  detect(frame: I420Frame, minFace: number): Promise<Detection[]>;
  /** Judges geometry and pixel quality; computes no embedding. */
  judge(frame: I420Frame, face: Detection): { quality: Quality; pose: Pose };
  /** Aligns and embeds the faces, in one batch if the model allows it. In the order of `faces`; L2-normalized. */
  embed(frame: I420Frame, faces: readonly Detection[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}
