/** What passes between the stages of the vision pipeline. Pixels, not fractions, until an observation is built. */
import type { Execution } from '../protocol/execution.ts';
import type { Quality, Pose } from '../protocol/face.ts';

/**
 * One decoded picture as libwebrtc hands it over: planar YUV 4:2:0, BT.601 limited range.
 * `data` holds Y (width × height), then U and V (each ⌈width/2⌉ × ⌈height/2⌉), without padding.
 */
export interface I420Frame {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Ten numbers: x, y of eye left, eye right, nose, mouth left, mouth right (image left and right), pixels. */
export type PixelLandmarks = Float32Array;

export interface Detection {
  /** Pixels of the frame; may reach a little outside it. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0..1. */
  score: number;
  landmarks: PixelLandmarks;
  /** How far the eyes are open: height over width of the opening, mean of both. Absent where five points are all there is. */
  eyes?: number;
}

/** The models of one pack, loaded once per vision thread. Not re-entrant: one frame at a time. */
export interface FaceEngine {
  readonly contract: string;
  readonly embeddingLength: number;
  /** What its networks run on. */
  readonly execution: Execution;
  /** Faces of at least `minFace` × frame height, best score first, with landmarks. */
  detect(frame: I420Frame, minFace: number): Promise<Detection[]>;
  /** Geometry and pixel quality alone: no embedding. */
  judge(frame: I420Frame, face: Detection): { quality: Quality; pose: Pose };
  /** Aligns and embeds; one batch where the model allows it. Order of `faces` is kept. */
  embed(frame: I420Frame, faces: readonly Detection[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}
