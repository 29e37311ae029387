/** Similarity transforms: rotation, uniform scale and translation, without reflection. */
import type { Affine } from './warp.ts';

/** Maps (x, y) to (a·x − b·y + tx, b·x + a·y + ty). */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/**
 * The least-squares similarity transform from `from` to `to`, both x, y, x, y, … of the same length.
 * Closed form of S. Umeyama, "Least-squares estimation of transformation parameters between two point
 * patterns", IEEE TPAMI 13(4), 1991, for two dimensions and without reflection, which the paper excludes by the
 * determinant. If all `from` points coincide, the scale is zero.
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const n = from.length / 2;
  let fx = 0;
  let fy = 0;
  let gx = 0;
  let gy = 0;
  for (let i = 0; i < from.length; i += 2) {
    fx += from[i]!;
    fy += from[i + 1]!;
    gx += to[i]!;
    gy += to[i + 1]!;
  }
  fx /= n;
  fy /= n;
  gx /= n;
  gy /= n;
  let dot = 0;
  let cross = 0;
  let norm = 0;
  for (let i = 0; i < from.length; i += 2) {
    const x = from[i]! - fx;
    const y = from[i + 1]! - fy;
    const u = to[i]! - gx;
    const v = to[i + 1]! - gy;
    dot += x * u + y * v;
    cross += x * v - y * u;
    norm += x * x + y * y;
  }
  const a = norm === 0 ? 0 : dot / norm;
  const b = norm === 0 ? 0 : cross / norm;
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

/** The inverse of `s`. The scale of `s` must not be zero. */
export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const d = a * a + b * b;
  const ia = a / d;
  const ib = -b / d;
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** Root mean square distance between `s(from)` and `to`, in units of `to`. */
export function residual(s: Similarity, from: ArrayLike<number>, to: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < from.length; i += 2) {
    const dx = s.a * from[i]! - s.b * from[i + 1]! + s.tx - to[i]!;
    const dy = s.b * from[i]! + s.a * from[i + 1]! + s.ty - to[i + 1]!;
    sum += dx * dx + dy * dy;
  }
  return Math.sqrt(sum / (from.length / 2));
}

/**
 * Maps a pixel of the aligned crop to the frame, so that the landmarks fall on `template` as closely as a similarity
 * transform allows.
 * @param landmarks x, y of the five points, pixels of the frame
 * @param template x, y of the five points, pixels of the crop
 */
export function alignmentMap(landmarks: ArrayLike<number>, template: ArrayLike<number>): Affine {
  const { a, b, tx, ty } = invert(fitSimilarity(landmarks, template));
  return { xx: a, xy: -b, x: tx, yx: b, yy: a, y: ty };
}
