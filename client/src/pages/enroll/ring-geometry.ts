/**
 * The place of each pose on the ring. The picture is mirrored: a person who turns to their own left moves to the left
 * of the screen, and the segment there fills. Bins and screen directions therefore have the same names.
 */
import type { PoseBin } from '#protocol/face.ts';

export type RingBin = Exclude<PoseBin, 'front'>;

/** Middle of each segment, degrees clockwise from the top of the screen. */
export const SEGMENT_ANGLE: Record<RingBin, number> = {
  up: 0,
  'up-right': 45,
  right: 90,
  'down-right': 135,
  down: 180,
  'down-left': 225,
  left: 270,
  'up-left': 315,
};

export const RING_BINS = Object.keys(SEGMENT_ANGLE) as RingBin[];

/** Degrees of a segment that are drawn; the rest of its 45° is a gap. */
const DRAWN = 37;

/** A point at that angle from the top, clockwise, on a circle about the origin. */
export function onCircle(radius: number, degrees: number): { x: number; y: number } {
  const radians = ((degrees - 90) * Math.PI) / 180;
  return { x: radius * Math.cos(radians), y: radius * Math.sin(radians) };
}

const at = (p: { x: number; y: number }) => `${p.x.toFixed(2)} ${p.y.toFixed(2)}`;

/** SVG path of one segment, clockwise, about the origin. */
export function segmentPath(bin: RingBin, radius: number): string {
  const middle = SEGMENT_ANGLE[bin];
  const from = onCircle(radius, middle - DRAWN / 2);
  const to = onCircle(radius, middle + DRAWN / 2);
  return `M ${at(from)} A ${radius} ${radius} 0 0 1 ${at(to)}`;
}

/** Yaw and pitch, in degrees, that count as turned all the way to the ring. */
const FULL = { yaw: 28, pitch: 20 };

/**
 * The direction of the head on the mirrored screen: a vector of length 0 (straight on) to 1 (at the ring), x to
 * the right and y down. Yaw is positive to the person's own left, pitch is positive up.
 */
export function headDirection(pose: { yaw: number; pitch: number }): { x: number; y: number } {
  // Adding zero turns −0 into 0.
  const x = -pose.yaw / FULL.yaw + 0;
  const y = -pose.pitch / FULL.pitch + 0;
  const length = Math.hypot(x, y);
  return length > 1 ? { x: x / length, y: y / length } : { x, y };
}
