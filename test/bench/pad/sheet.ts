/** Computes where the ray of each pixel of a pinhole camera meets a sheet of paper or a screen. */

export interface Held {
  /** Rotation in degrees: about the vertical axis (yaw), about the horizontal axis (pitch), and in the plane (roll). */
  yaw: number;
  pitch: number;
  roll: number;
  /** Position of the middle of the sheet, in picture heights: to the right, down, and away from the camera. */
  x: number;
  y: number;
  distance: number;
}

export interface Sheet {
  /** Size in picture heights at distance 1. */
  width: number;
  height: number;
  /** The sheet is bent around a vertical cylinder of this radius, with its middle nearest to the camera; null if flat. */
  radius: number | null;
}

/** Focal length in picture heights: that of a webcam with a vertical view of 45°. */
const FOCAL = 1.2;

export interface Hit {
  /** Position on the sheet, 0..1: across (u) and down (v). */
  u: number;
  v: number;
  /** Cosine of the angle between the sheet's normal and the ray: 1 when the sheet faces the camera. */
  facing: number;
}

/** Returns a function from a pixel to its hit; null beside the sheet. Every hit is the same object, with new values. */
export function camera(
  sheet: Sheet,
  held: Held,
  picture: { width: number; height: number },
): (px: number, py: number) => Hit | null {
  const { width: w, height: h } = picture;
  const m = rotation(held);
  // Position and rays of the camera in the coordinates of the sheet: x right, y down, z away from the camera.
  const origin = turn(m, -held.x, -held.y, -held.distance);
  const hit: Hit = { u: 0, v: 0, facing: 1 };
  const { radius } = sheet;
  return (px, py) => {
    const dx = (px + 0.5 - w / 2) / h / FOCAL;
    const dy = (py + 0.5 - h / 2) / h / FOCAL;
    const [rx, ry, rz] = turn(m, dx, dy, 1);
    const along = Math.hypot(rx, ry, rz);
    let across: number;
    let s: number;
    if (radius === null) {
      if (rz <= 1e-6) return null;
      s = -origin[2] / rz;
      across = origin[0] + s * rx;
      hit.facing = rz / along;
    } else {
      const oz = origin[2] - radius;
      const a = rx * rx + rz * rz;
      const b = origin[0] * rx + oz * rz;
      const c = origin[0] * origin[0] + oz * oz - radius * radius;
      const root = b * b - a * c;
      if (root <= 0) return null;
      s = (-b - Math.sqrt(root)) / a;
      const x = origin[0] + s * rx;
      const z = oz + s * rz;
      const angle = Math.atan2(x, -z);
      across = angle * radius;
      hit.facing = Math.max(0, -(x * rx + z * rz) / radius / along);
    }
    if (s <= 0) return null;
    hit.u = across / sheet.width + 0.5;
    hit.v = (origin[1] + s * ry) / sheet.height + 0.5;
    return hit.u < 0 || hit.u >= 1 || hit.v < 0 || hit.v >= 1 ? null : hit;
  };
}

type Matrix = readonly (readonly [number, number, number])[];

/** From the camera's frame to the sheet's: the inverse of roll, then pitch, then yaw. */
function rotation({ yaw, pitch, roll }: Held): Matrix {
  const [cy, sy] = trig(yaw);
  const [cp, sp] = trig(pitch);
  const [cr, sr] = trig(roll);
  const about = {
    roll: [
      [cr, -sr, 0],
      [sr, cr, 0],
      [0, 0, 1],
    ],
    pitch: [
      [1, 0, 0],
      [0, cp, -sp],
      [0, sp, cp],
    ],
    yaw: [
      [cy, 0, sy],
      [0, 1, 0],
      [-sy, 0, cy],
    ],
  } as const satisfies Record<string, Matrix>;
  const forward = product(about.yaw, product(about.pitch, about.roll));
  return [0, 1, 2].map((row) => [forward[0]![row]!, forward[1]![row]!, forward[2]![row]!] as const);
}

function trig(degrees: number): [cos: number, sin: number] {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => {
    const cell = (column: 0 | 1 | 2) =>
      row[0] * b[0]![column] + row[1] * b[1]![column] + row[2] * b[2]![column];
    return [cell(0), cell(1), cell(2)] as const;
  });
}

function turn(m: Matrix, x: number, y: number, z: number): [number, number, number] {
  const row = (i: number) => m[i]![0] * x + m[i]![1] * y + m[i]![2] * z;
  return [row(0), row(1), row(2)];
}
