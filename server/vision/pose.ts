/**
 * Head pose from five landmarks: turns a generic face in three dimensions until its orthographic picture, placed by the
 * best similarity transform, is closest to the landmarks.
 *
 * Of the mouth only the middle of its corners counts: their distance is expression, not pose. Depths and prior were
 * fitted so that the result follows a fit of 58 points (brows, eyes, nose, mouth; shape from motion over 1,400
 * photographs): within 2° of its yaw and 3° of its pitch (root mean square) up to ±45° of yaw. Zero pitch is midway
 * between press photographs and people in front of webcams.
 *
 * Five points cannot tell a short nose from an upward look, so a person's own zero of pitch lies within about ±10°. Yaw
 * has no such offset.
 */
import type { Pose } from '../protocol/face.ts';
import { fitSimilarity, residual } from './align.ts';
import type { PixelLandmarks } from './types.ts';

/** Eyes, nose, middle of the mouth: x right, y down (as in the image), z to the camera. Unit: distance of the eyes. */
const FACE: readonly (readonly [x: number, y: number, z: number])[] = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.548, 0.34],
  [0, 1.095, 0.294],
];
/** Half the distance between the corners of the mouth, mean of 1,400 faces. */
const HALF_MOUTH = 0.41;

/** Weight of the squared angle (radians) relative to the squared distances: noses vary more than heads nod. */
const PRIOR = 0.0434;
const STEP = 1e-3;
const ROUNDS = 10;
/** Beyond this angle the far eye is hidden and its landmark is a guess. */
const LIMIT = (80 * Math.PI) / 180;
const DEGREES = 180 / Math.PI;

export interface PoseFit {
  pose: Pose;
  /** Root mean square distance of the five landmarks from the turned face, in eye distances of that face. */
  misfit: number;
}

/** `landmarks` in pixels, in the order of `Landmarks`; signs as in `Pose`. All zeros if all five points coincide. */
export function estimatePose(landmarks: PixelLandmarks): PoseFit {
  const seen = Float64Array.from(landmarks.subarray(0, 8));
  seen[6] = (landmarks[6]! + landmarks[8]!) / 2;
  seen[7] = (landmarks[7]! + landmarks[9]!) / 2;
  // Gauss-Newton on yaw and pitch only: for each pair, roll, scale and place have a closed form.
  let yaw = 0;
  let pitch = 0;
  let here = residuals(seen, yaw, pitch);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS; round++) {
    const dy = residuals(seen, yaw + STEP, pitch).map((v, i) => (v - here[i]!) / STEP);
    const dp = residuals(seen, yaw, pitch + STEP).map((v, i) => (v - here[i]!) / STEP);
    const a = dot(dy, dy) * (1 + damping);
    const d = dot(dp, dp) * (1 + damping);
    const b = dot(dy, dp);
    const gy = dot(dy, here);
    const gp = dot(dp, here);
    const det = a * d - b * b;
    const nextYaw = bound(yaw - (gy * d - gp * b) / det);
    const nextPitch = bound(pitch - (gp * a - gy * b) / det);
    const next = residuals(seen, nextYaw, nextPitch);
    if (dot(next, next) >= dot(here, here)) {
      damping *= 10;
      continue;
    }
    const moved = Math.max(Math.abs(nextYaw - yaw), Math.abs(nextPitch - pitch));
    yaw = nextYaw;
    pitch = nextPitch;
    here = next;
    damping /= 10;
    if (moved < 1e-4) break;
  }
  const face = turn(yaw, pitch);
  const placed = fitSimilarity(face, seen);
  const corners = withMouth(face, yaw, pitch);
  return {
    pose: { yaw: yaw * DEGREES, pitch: pitch * DEGREES, roll: Math.atan2(placed.b, placed.a) * DEGREES },
    misfit: residual(fitSimilarity(landmarks, corners), landmarks, corners),
  };
}

/** The picture of the generic face, turned about its own vertical axis and then about the image's x axis. */
function turn(yaw: number, pitch: number): Float64Array {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  const points = new Float64Array(8);
  for (const [i, [x, y, z]] of FACE.entries()) {
    points[i * 2] = x * cy + z * sy;
    points[i * 2 + 1] = y * cp - (z * cy - x * sy) * sp;
  }
  return points;
}

/** Four points to five: the corners of the mouth, from its middle. */
function withMouth(points: Float64Array, yaw: number, pitch: number): Float64Array {
  const dx = HALF_MOUTH * Math.cos(yaw);
  const dy = HALF_MOUTH * Math.sin(yaw) * Math.sin(pitch);
  const x = points[6]!;
  const y = points[7]!;
  return Float64Array.of(...points.subarray(0, 6), x - dx, y - dy, x + dx, y + dy);
}

/** The four distances in x and y, in eye distances of the generic face, and the prior's two. */
function residuals(seen: Float64Array, yaw: number, pitch: number): Float64Array {
  const face = turn(yaw, pitch);
  const s = fitSimilarity(seen, face);
  const r = new Float64Array(10);
  for (let i = 0; i < 8; i += 2) {
    const x = seen[i]!;
    const y = seen[i + 1]!;
    r[i] = s.a * x - s.b * y + s.tx - face[i]!;
    r[i + 1] = s.b * x + s.a * y + s.ty - face[i + 1]!;
  }
  r[8] = Math.sqrt(PRIOR) * yaw;
  r[9] = Math.sqrt(PRIOR) * pitch;
  return r;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function bound(angle: number): number {
  return Math.min(LIMIT, Math.max(-LIMIT, angle));
}
