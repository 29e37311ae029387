/** What is known of one face in one frame. Geometry is in fractions of the frame, origin top left. */

/** [x, y] in fractions of the frame's width and height. */
type Point = readonly [x: number, y: number];

/** In the order every detector of this project decodes to: as seen in the image, left to right. */
export type Landmarks = readonly [
  eyeLeft: Point,
  eyeRight: Point,
  nose: Point,
  mouthLeft: Point,
  mouthRight: Point,
];

/** [x, y, width, height] in fractions of the frame. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Where a face is, by its center, and how large: fractions of the shorter side of the frame. */
export interface Place {
  x: number;
  y: number;
  height: number;
}

/**
 * Head pose estimated from five landmarks, in degrees.
 * yaw > 0: the person turns to their own left (the nose moves right in an unmirrored image).
 * pitch > 0: the person looks up. roll > 0: the head leans clockwise in the image.
 */
export interface Pose {
  yaw: number;
  pitch: number;
  roll: number;
}

/** What a crop is worth, each part in its own unit, `score` in [0, 1] for all of them together. */
export interface Quality {
  /** Inter-eye distance in pixels of the analyzed frame. */
  eyeDistance: number;
  /** Variance of the Laplacian of the aligned luma crop (112×112); below about 40 is blurred. */
  sharpness: number;
  /** Mean luma of the aligned crop, 0..255. */
  brightness: number;
  /** Standard deviation of the luma of the aligned crop, 0..127. */
  contrast: number;
  /** 0 (useless) .. 1 (ideal). */
  score: number;
}

/** Liveness (0..1) from which a face is taken for a person's, and not for a picture of one. */
export const LIVE_SCORE = 0.5;

/** In the order in which they stand around the front. */
export const POSE_BINS = [
  'front',
  'up',
  'up-right',
  'right',
  'down-right',
  'down',
  'down-left',
  'left',
  'up-left',
] as const;
export type PoseBin = (typeof POSE_BINS)[number];
