/** A mask of paper: the face of a photograph, cut along its outline with holes at the eyes, on another person's head. */
import type { Pose } from '../../../server/protocol/face.ts';
import type { I420Frame, PixelLandmarks } from '../../../server/vision/types.ts';
import { FOCAL, type Held, type Paper } from './paper.ts';

/** Unit: distance of the eyes. The sheet's middle lies below the middle of the eyes. */
const WIDTH = 2.3;
const HEIGHT = 2.9;
const DOWN = 0.55;
/** The outline of a face, and its eyes. */
const OUTLINE = { rx: 0.98, ry: 1.22 };
const HOLE = { rx: 0.2, ry: 0.11 };
/** Distance of the eyes on the sheet, in picture heights at distance 1. */
const EYES = 0.1;

export interface Mask {
  paper: Paper;
  /** As in `Held`. */
  bend: number;
  /** How far the middle of the paper is before the eyes, distances of the eyes: it rests on the nose. */
  before: number;
}

/**
 * @param bend 1 / radius, in distances of the eyes
 * @param gap between the eyes and the paper before them, in distances of the eyes
 */
export function maskOf(
  photo: I420Frame,
  face: PixelLandmarks,
  { bend, gap }: { bend: number; gap: number },
): Mask {
  const [x, y, eyes, slope] = eyesIn(face);
  const [c, s] = [Math.cos(slope) * eyes, Math.sin(slope) * eyes];
  const { width, height } = photo;
  // From fractions of the sheet to fractions of the photograph.
  const [ux, vx] = [WIDTH, HEIGHT];
  const crop = [
    (c * ux) / width,
    (-s * vx) / width,
    (x + (-c * WIDTH) / 2 - s * (DOWN - HEIGHT / 2)) / width,
    (s * ux) / height,
    (c * vx) / height,
    (y + (-s * WIDTH) / 2 + c * (DOWN - HEIGHT / 2)) / height,
  ] as const;
  const isPaper = (u: number, v: number) => {
    const a = (u - 0.5) * WIDTH;
    const b = (v - 0.5) * HEIGHT;
    return (a / OUTLINE.rx) ** 2 + (b / OUTLINE.ry) ** 2 <= 1 && !isHole(u, v);
  };
  return {
    paper: { photo, width: WIDTH * EYES, height: HEIGHT * EYES, isPaper, crop },
    bend: bend / EYES,
    before: gap + bend / 8,
  };
}

/** Whether there is a hole for an eye at this place of the sheet. */
export function isHole(u: number, v: number): boolean {
  const a = (u - 0.5) * WIDTH;
  const b = (v - 0.5) * HEIGHT;
  return ((Math.abs(a) - 0.5) / HOLE.rx) ** 2 + ((b + DOWN) / HOLE.ry) ** 2 < 1;
}

/** Where the mask is on a head with these landmarks. */
export function worn(
  { bend, before }: Mask,
  head: PixelLandmarks,
  { yaw, pitch }: Pose,
  { width, height }: { width: number; height: number },
): Held {
  const [x, y, seen, slope] = eyesIn(head);
  const distance = (EYES * FOCAL * height * Math.cos((yaw * Math.PI) / 180)) / seen;
  // From the eyes down to the middle of the sheet, and forward to where the face looks.
  const [turned, raised] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
  const down = DOWN * EYES * Math.cos(raised) - before * EYES * Math.sin(raised);
  const aside = before * EYES * Math.sin(turned);
  return {
    // A head's yaw is positive where it faces the image's right, a sheet's where it faces the left.
    yaw: -yaw,
    pitch: -pitch,
    roll: (slope * 180) / Math.PI,
    x: ((x - width / 2) / height / FOCAL) * distance - Math.sin(slope) * down + aside,
    y: ((y - height / 2) / height / FOCAL) * distance + Math.cos(slope) * down,
    distance: distance - before * EYES * Math.cos(turned),
    bend,
    axis: 0,
  };
}

/** The middle of the eyes, their distance, and the slope of the line through them, radians. */
function eyesIn(l: PixelLandmarks): [x: number, y: number, distance: number, slope: number] {
  const [dx, dy] = [l[2]! - l[0]!, l[3]! - l[1]!];
  return [(l[0]! + l[2]!) / 2, (l[1]! + l[3]!) / 2, Math.hypot(dx, dy), Math.atan2(dy, dx)];
}
