/** How useful a face crop is to a recognizer: each aspect in its own unit, and one number for all of them. */
import type { Pose, Quality } from '../protocol/face.ts';
import type { PixelLandmarks } from './types.ts';

/** Side of the aligned luma crop that is judged, pixels. */
export const JUDGED_SIZE = 112;
/**
 * Positions of the five landmarks in that crop, x and y in turn: the layout that ArcFace made common. It is the same for
 * all packs, whatever layout their recognizers use.
 */
export const JUDGED_TEMPLATE = Float32Array.of(
  38.2946,
  51.6963,
  73.5318,
  51.5014,
  56.0252,
  71.7366,
  41.5493,
  92.3655,
  70.7299,
  92.2041,
);

/**
 * Each of the following constants is a ramp [useless, ideal], linear in between. 140 photographs of 70 people were made smaller, blurred, darker,
 * brighter and flatter step by step. The score is near 1 where they began to lose similarity to other photographs of
 * the person, and near 0 where most of them no longer reached the threshold.
 */
const EYE_DISTANCE = [6, 20] as const;
const CONTRAST = [4, 16] as const;
const DARK = [8, 35] as const;
const BRIGHT = [230, 165] as const;
/** Sharpness divided by contrast², so that a dim crop is not taken for a blurred one. */
const DETAIL = [0.003, 0.016] as const;
const YAW = [75, 25] as const;
const PITCH = [60, 25] as const;
const ROLL = [100, 45] as const;
/** Misfit of the landmarks to any turned face, in eye distances; nine in ten real faces are below 0.1. */
const MISFIT = [0.3, 0.13] as const;

/** Distance between the eyes, pixels. */
function eyeDistance(landmarks: PixelLandmarks): number {
  return Math.hypot(landmarks[2]! - landmarks[0]!, landmarks[3]! - landmarks[1]!);
}

/**
 * Judges a face by its aligned luma crop (`size` × `size`, 0..255 full range) and its geometry.
 *
 * `score` is the product of factors on linear ramps from 0 (useless) to 1 (ideal): eye distance, detail, contrast, too
 * dark, too bright, yaw, pitch, roll, and how plausible the landmarks are. It is a product because one bad aspect spoils
 * the crop however good the others are.
 */
export function judgeQuality(
  luma: Float32Array,
  size: number,
  landmarks: PixelLandmarks,
  pose: Pose,
  misfit: number,
): Quality {
  let sum = 0;
  let squares = 0;
  const n = size * size;
  for (let i = 0; i < n; i++) {
    const v = luma[i]!;
    sum += v;
    squares += v * v;
  }
  const brightness = sum / n;
  const contrast = Math.sqrt(Math.max(0, squares / n - brightness * brightness));
  const sharpness = laplacianVariance(luma, size);
  const eyes = eyeDistance(landmarks);
  const score =
    ramp(eyes, EYE_DISTANCE) *
    ramp(contrast === 0 ? 0 : sharpness / contrast ** 2, DETAIL) *
    ramp(contrast, CONTRAST) *
    ramp(brightness, DARK) *
    ramp(brightness, BRIGHT) *
    ramp(Math.abs(pose.yaw), YAW) *
    ramp(Math.abs(pose.pitch), PITCH) *
    ramp(Math.abs(pose.roll), ROLL) *
    ramp(misfit, MISFIT);
  return { eyeDistance: eyes, sharpness, brightness, contrast, score };
}

/** Variance of the response to the kernel 0 1 0 / 1 −4 1 / 0 1 0 over the inner pixels of a square picture. */
export function laplacianVariance(luma: Float32Array, size: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < size - 1; y++) {
    for (let i = y * size + 1; i < (y + 1) * size - 1; i++) {
      const v = luma[i - 1]! + luma[i + 1]! + luma[i - size]! + luma[i + size]! - 4 * luma[i]!;
      sum += v;
      squares += v * v;
    }
  }
  const n = (size - 2) * (size - 2);
  return Math.max(0, squares / n - (sum / n) ** 2);
}

/** 0 at and beyond the first end of the ramp, 1 at and beyond the second. */
function ramp(value: number, [useless, ideal]: readonly [number, number]): number {
  return Math.min(1, Math.max(0, (value - useless) / (ideal - useless)));
}
