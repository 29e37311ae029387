/**
 * Paints a sheet of paper into a picture: a print of a photograph that is held, turned, tilted and bent, or a mask of one that
 * is worn. Straight into I420 and without a browser, so that thousands of pictures take minutes.
 */
import type { I420Frame } from '../../../server/vision/types.ts';
import type { Held as HeldFlat } from '../pad/sheet.ts';

export interface Paper {
  photo: I420Frame;
  /** Size in picture heights at distance 1. */
  width: number;
  height: number;
  /** Whether there is paper at this place of it, fractions of its width and height. Default: everywhere. */
  isPaper?: (u: number, v: number) => boolean;
  /** Which part of the photograph is on it: fractions of the photograph from fractions of the paper. Default: all of it. */
  crop?: readonly [ux: number, uy: number, u: number, vx: number, vy: number, v: number];
}

/** How the paper is held at a moment. */
export interface Held extends HeldFlat {
  /** It is bent to a cylinder of radius 1 / `bend`, in picture heights; 0: flat; below 0: its edges are nearer. */
  bend: number;
  /** Degrees from a vertical axis of the cylinder. */
  axis: number;
}

/** Focal length in picture heights: that of a webcam with a vertical view of 45°. */
export const FOCAL = 1.2;
/** White of the paper and black of the ink, of 255: a print has less contrast than its photograph. */
const WHITE = 225;
const BLACK = 30;
/** Part of the light that does not depend on where the paper faces. */
const AMBIENT = 0.55;
const WHOLE = [1, 0, 0, 0, 1, 0] as const;
const DEGREE = Math.PI / 180;

/** A copy of `behind` with the paper before it. All sizes are even. */
export function paint(behind: I420Frame, paper: Paper, held: Held): I420Frame {
  const { width, height } = behind;
  const data = Uint8Array.from(behind.data);
  const hit = meet(paper, held);
  const { photo } = paper;
  // No part of the sheet is further from its middle in the picture, in picture heights.
  const half = Math.hypot(paper.width, paper.height) / 2;
  const reach = (FOCAL * half) / Math.max(0.01, held.distance - half) + Math.hypot(held.x, held.y);
  const planes = [
    { to: 0, from: 0, scale: 1 },
    { to: width * height, from: photo.width * photo.height, scale: 2 },
    { to: (width * height * 5) / 4, from: (photo.width * photo.height * 5) / 4, scale: 2 },
  ];
  for (const { to, from, scale } of planes) {
    const [w, h] = [width / scale, height / scale];
    const [pw, ph] = [photo.width / scale, photo.height / scale];
    const [left, right] = range((w + 2 * h * FOCAL * (held.x / held.distance)) / 2, reach * h, w);
    const [top, bottom] = range((h + 2 * h * FOCAL * (held.y / held.distance)) / 2, reach * h, h);
    for (let y = top; y < bottom; y++) {
      const dy = (y + 0.5 - h / 2) / h / FOCAL;
      for (let x = left; x < right; x++) {
        if (!hit.at((x + 0.5 - w / 2) / h / FOCAL, dy)) continue;
        const px = Math.min(pw - 1.001, Math.max(0, hit.u * pw - 0.5));
        const py = Math.min(ph - 1.001, Math.max(0, hit.v * ph - 0.5));
        const [ix, iy] = [px | 0, py | 0];
        const [fx, fy] = [px - ix, py - iy];
        const at = from + iy * pw + ix;
        const upper = photo.data[at]! * (1 - fx) + photo.data[at + 1]! * fx;
        const lower = photo.data[at + pw]! * (1 - fx) + photo.data[at + pw + 1]! * fx;
        const ink = upper * (1 - fy) + lower * fy;
        data[to + y * w + x] =
          scale === 1
            ? 16 + (BLACK + ((ink - 16) * (WHITE - BLACK)) / 255) * (AMBIENT + (1 - AMBIENT) * hit.facing)
            : 128 + 0.85 * (ink - 128);
      }
    }
  }
  return { data, width, height };
}

function range(middle: number, reach: number, size: number): [number, number] {
  return [Math.max(0, Math.floor(middle - reach)), Math.min(size, Math.ceil(middle + reach))];
}

interface Hit {
  u: number;
  v: number;
  /** Cosine of the angle between the paper's normal and the ray. */
  facing: number;
  /** Whether the ray through (dx, dy) at distance 1 meets paper; then `u`, `v` and `facing` say where. */
  at: (dx: number, dy: number) => boolean;
}

function meet({ width, height, isPaper, crop = WHOLE }: Paper, held: Held): Hit {
  const [ux, uy, u0, vx, vy, v0] = crop;
  // Plain numbers: a million rays go through here for each second of a print.
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = toSheet(held);
  const ox = -(xx * held.x + xy * held.y + xz * held.distance);
  const oy = -(yx * held.x + yy * held.y + yz * held.distance);
  const oz = -(zx * held.x + zy * held.y + zz * held.distance);
  const radius = held.bend === 0 ? 0 : 1 / Math.abs(held.bend);
  const convex = held.bend > 0;
  // The axis of the cylinder lies behind the paper, or before it.
  const cz = oz - (convex ? radius : -radius);
  const [ca, sa] = [Math.cos(held.axis * DEGREE), Math.sin(held.axis * DEGREE)];
  const hit: Hit = { u: 0, v: 0, facing: 1, at };
  function at(dx: number, dy: number): boolean {
    const rx = xx * dx + xy * dy + xz;
    const ry = yx * dx + yy * dy + yz;
    const rz = zx * dx + zy * dy + zz;
    let s: number;
    let across: number;
    let light: number;
    if (radius === 0) {
      if (rz <= 1e-6) return false;
      s = -oz / rz;
      across = ox + s * rx;
      light = rz;
    } else {
      const a = rx * rx + rz * rz;
      const b = ox * rx + cz * rz;
      const root = b * b - a * (ox * ox + cz * cz - radius * radius);
      if (root <= 0) return false;
      s = (-b + (convex ? -1 : 1) * Math.sqrt(root)) / a;
      const x = ox + s * rx;
      const z = cz + s * rz;
      const angle = Math.atan2(x, convex ? -z : z);
      across = angle * radius;
      light = (convex ? -1 : 1) * ((x * rx + z * rz) / radius);
    }
    if (s <= 0 || light <= 0) return false;
    const along = oy + s * ry;
    const u = (across * ca - along * sa) / width + 0.5;
    const v = (across * sa + along * ca) / height + 0.5;
    if (u < 0 || u >= 1 || v < 0 || v >= 1 || (isPaper && !isPaper(u, v))) return false;
    hit.u = ux * u + uy * v + u0;
    hit.v = vx * u + vy * v + v0;
    hit.facing = light / Math.sqrt(rx * rx + ry * ry + rz * rz);
    return true;
  }
  return hit;
}

type Row = readonly [number, number, number];

/** From the camera's axes (right, down, away) to those of the bent sheet: the inverse of roll, pitch, yaw, and its axis. */
function toSheet({ yaw, pitch, roll, axis }: Held): readonly [Row, Row, Row] {
  const [cy, sy] = [Math.cos(yaw * DEGREE), Math.sin(yaw * DEGREE)];
  const [cp, sp] = [Math.cos(pitch * DEGREE), Math.sin(pitch * DEGREE)];
  const [cr, sr] = [Math.cos(roll * DEGREE), Math.sin(roll * DEGREE)];
  const [ca, sa] = [Math.cos(axis * DEGREE), Math.sin(axis * DEGREE)];
  // The columns of yaw · pitch · roll are the sheet's axes; transposed, they are the rows.
  const right: Row = [cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr];
  const down: Row = [-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr];
  const away: Row = [sy * cp, -sp, cy * cp];
  const row = (i: number): number => right[i]! * ca + down[i]! * sa;
  const other = (i: number): number => -right[i]! * sa + down[i]! * ca;
  return [[row(0), row(1), row(2)], [other(0), other(1), other(2)], away];
}
