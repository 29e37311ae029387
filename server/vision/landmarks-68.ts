/**
 * For networks that mark 68 points (in the order of iBUG 300-W) in a crop of the detected box: the five points of them
 * that alignment needs.
 */
import type { PixelLandmarks } from './types.ts';
import type { Affine } from './warp.ts';

/** A box in pixels. */
export interface CropBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** For each of the five points the numbers of the points to average: both lids of each eye, the nose tip, each mouth corner. */
const FIVE: readonly (readonly number[])[] = [[37, 38, 40, 41], [43, 44, 46, 47], [30], [48, 60], [54, 64]];

/** Maps the network's input of `size` pixels to the box in the frame; each axis is stretched on its own. */
export function cropMap(box: CropBox, size: { width: number; height: number }): Affine {
  const sx = box.width / size.width;
  const sy = box.height / size.height;
  return { xx: sx, xy: 0, x: box.x + sx / 2 - 0.5, yx: 0, yy: sy, y: box.y + sy / 2 - 0.5 };
}

/** The same with the brows in place of the eyes. */
const BROWS: typeof FIVE = [[17, 18, 19, 20, 21], [22, 23, 24, 25, 26], ...FIVE.slice(2)];

/** The five points in pixels of the frame. `points`: 68 × (x, y) as fractions of the box. */
export function fivePoints(points: Float32Array, box: CropBox): PixelLandmarks {
  return means(FIVE, points, box);
}

/**
 * The middles of the brows, the nose and the corners of the mouth, as `fivePoints`. On a mask with holes for the eyes, all of
 * them are on the paper, while the eyes lie behind it.
 */
export function pointsOfPaper(points: Float32Array, box: CropBox): PixelLandmarks {
  return means(BROWS, points, box);
}

function means(groups: typeof FIVE, points: Float32Array, box: CropBox): PixelLandmarks {
  const five = new Float32Array(10);
  for (const [i, group] of groups.entries()) {
    let x = 0;
    let y = 0;
    for (const p of group) {
      x += points[p * 2]!;
      y += points[p * 2 + 1]!;
    }
    five[i * 2] = box.x + (x / group.length) * box.width;
    five[i * 2 + 1] = box.y + (y / group.length) * box.height;
  }
  return five;
}

/** Corners and lids of each eye: left corner, two upper points, right corner, two lower points. */
const EYES: readonly (readonly [number, number, number, number, number, number])[] = [
  [36, 37, 38, 39, 40, 41],
  [42, 43, 44, 45, 46, 47],
];

/**
 * How far the eyes are open, mean of both: the distance of the lids divided by the distance of the corners (the "eye
 * aspect ratio" of Soukupová and Čech, 2016). Open eyes have 0.3 to 0.4; closed eyes, and eyes that look down, 0.2 and
 * less. Compare it with the person's own open eyes. `points` as in `fivePoints`.
 */
export function eyeOpenness(points: Float32Array, box: CropBox): number {
  const distance = (a: number, b: number) =>
    Math.hypot(
      (points[a * 2]! - points[b * 2]!) * box.width,
      (points[a * 2 + 1]! - points[b * 2 + 1]!) * box.height,
    );
  let sum = 0;
  for (const [left, up1, up2, right, down2, down1] of EYES) {
    sum += (distance(up1, down1) + distance(up2, down2)) / 2 / Math.max(1e-6, distance(left, right));
  }
  return sum / EYES.length;
}
