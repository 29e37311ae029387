/**
 * Head pose from five landmarks: a generic face in three dimensions is turned until its orthographic
 * picture, placed by the best similarity transform, lies closest to the landmarks.
 *
 * Five points say little about pitch: what one person's nose length is, is another's upward look. Expect
 * yaw within some 5° up to ±45°, pitch within some 8° of the truth, and rely on changes more than on values.
 */
import type { Pose } from '../protocol/face.ts';
import { fitSimilarity, residual } from './align.ts';
import type { PixelLandmarks } from './types.ts';

/**
 * x right, y down (both as in the image), z towards the camera; unit: distance between the eyes.
 */
const FACE: readonly (readonly [x: number, y: number, z: number])[] = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.58, 0.42],
  [-0.41, 1.15, 0.06],
  [0.41, 1.15, 0.06],
];

/** Pulls a face that fits nothing well towards the front: weight of (angle / 90°)² beside the squared residual. */
const PRIOR = 0.002;
const STEP = 0.02;
const ROUNDS = 12;
const LIMIT = (80 * Math.PI) / 180;
const DEGREES = 180 / Math.PI;

export interface PoseFit {
  pose: Pose;
  /** Root mean square distance of the landmarks from the turned face, in eye distances of the turned face. */
  misfit: number;
}

const turned = new Float64Array(10);

/** `landmarks` in pixels; signs and order as in `Pose` and `Landmarks`. */
export function estimatePose(landmarks: PixelLandmarks): PoseFit {
  // Gauss-Newton on yaw and pitch alone: roll, scale and place have a closed form for each of them.
  let yaw = 0;
  let pitch = 0;
  let cost = costOf(landmarks, yaw, pitch);
  let damping = 1e-3;
  const r = new Float64Array(12);
  const ry = new Float64Array(12);
  const rp = new Float64Array(12);
  for (let round = 0; round < ROUNDS; round++) {
    residuals(landmarks, yaw, pitch, r);
    residuals(landmarks, yaw + STEP, pitch, ry);
    residuals(landmarks, yaw, pitch + STEP, rp);
    let yy = 0;
    let pp = 0;
    let yp = 0;
    let gy = 0;
    let gp = 0;
    for (let i = 0; i < 12; i++) {
      const dy = (ry[i]! - r[i]!) / STEP;
      const dp = (rp[i]! - r[i]!) / STEP;
      yy += dy * dy;
      pp += dp * dp;
      yp += dy * dp;
      gy += dy * r[i]!;
      gp += dp * r[i]!;
    }
    const a = yy * (1 + damping);
    const d = pp * (1 + damping);
    const det = a * d - yp * yp;
    if (!(Math.abs(det) > 1e-12)) break;
    const nextYaw = bound(yaw - (gy * d - gp * yp) / det);
    const nextPitch = bound(pitch - (gp * a - gy * yp) / det);
    const next = costOf(landmarks, nextYaw, nextPitch);
    if (next < cost) {
      const gain = cost - next;
      yaw = nextYaw;
      pitch = nextPitch;
      cost = next;
      damping /= 4;
      if (gain < 1e-9) break;
    } else damping *= 10;
  }
  project(yaw, pitch);
  const back = fitSimilarity(landmarks, turned);
  const placed = fitSimilarity(turned, landmarks);
  return {
    pose: { yaw: yaw * DEGREES, pitch: pitch * DEGREES, roll: Math.atan2(placed.b, placed.a) * DEGREES },
    misfit: residual(back, landmarks, turned),
  };
}

function bound(angle: number): number {
  return Math.min(LIMIT, Math.max(-LIMIT, angle));
}

/** Fills `turned` with the model's picture: yaw about its vertical axis, then pitch about the image's x axis. */
function project(yaw: number, pitch: number): void {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  for (const [i, [x, y, z]] of FACE.entries()) {
    turned[i * 2] = x * cy + z * sy;
    turned[i * 2 + 1] = y * cp - (z * cy - x * sy) * sp;
  }
}

function residuals(landmarks: PixelLandmarks, yaw: number, pitch: number, into: Float64Array): void {
  project(yaw, pitch);
  const s = fitSimilarity(landmarks, turned);
  for (let i = 0; i < 10; i += 2) {
    const x = landmarks[i]!;
    const y = landmarks[i + 1]!;
    into[i] = s.a * x - s.b * y + s.tx - turned[i]!;
    into[i + 1] = s.b * x + s.a * y + s.ty - turned[i + 1]!;
  }
  const pull = (Math.sqrt(PRIOR) * 2) / Math.PI;
  into[10] = pull * yaw;
  into[11] = pull * pitch;
}

const scratch = new Float64Array(12);

function costOf(landmarks: PixelLandmarks, yaw: number, pitch: number): number {
  residuals(landmarks, yaw, pitch, scratch);
  return scratch.reduce((sum, v) => sum + v * v, 0);
}
