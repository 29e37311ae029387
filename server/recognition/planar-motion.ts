/**
 * Whether a face moves as a head does, or as a flat picture of one. Pure.
 *
 * Turned or tilted, a plane keeps the place of the nose among eyes and mouth (`nosePlace`) while the shape that
 * these span changes: its breadth and the angle of its axes. A head's nose moves across that shape. So over a few
 * seconds the wander of the nose is compared with the change of the shape: their ratio is 1 and more where a head
 * of the fixture clips turned, and 0.2 to 0.45 where a photograph was turned by 30° and more.
 *
 * It has no say where the shape changed little (a picture that is held still, or only moved about), or where the
 * landmarks are too unsteady to tell. And it cannot tell a head from a recording of one: that moves as a head does.
 *
 * Measured on overlapping windows of 3 s: called a plane of those of six people (clips, most of the time facing the
 * camera), and of turned photographs (±30° and more, rendered from four faces). Landmarks of faceplugin: 0 of 144,
 * and 60 of 60. SCRFD: 0 of 144, and 23 of 60. YuNet, whose landmarks jitter three times as much: 3 of 144, and 8
 * of 60. No say on any photograph that was held still.
 */
import { nosePlace } from '../vision/nose-place.ts';
import type { PixelLandmarks } from '../vision/types.ts';

/** What is looked back on, ms. */
const WINDOW = 3_000;
/** Samples are this far apart at least, ms: more of them cost memory and say nothing new. */
const APART = 70;
/** Fewer say nothing. */
const FEWEST = 12;
/** Least change of shape that is a turn: of about 30°. */
const TURN = 0.15;
/** … and over this many times the jitter of the landmarks. */
const OVER_JITTER = 10;
/** Wander of the nose over change of shape: a plane's at most, and a head's at least. */
const PLANE = 0.5;
const HEAD = 1;

/** Plain data: it travels with the track between threads. */
export interface MotionSample {
  /** Epoch ms. */
  at: number;
  /** Place of the nose, see `NosePlace`. */
  across: number;
  along: number;
  /** Logarithm of the breadth, and cosine between the axes, of the shape that eyes and mouth span. */
  breadth: number;
  skew: number;
}

/** Adds the landmarks (pixels) of one frame. Older samples than the window go. */
export function addMotion(
  samples: readonly MotionSample[],
  landmarks: PixelLandmarks,
  at: number,
): readonly MotionSample[] {
  const last = samples.at(-1);
  if (last && at - last.at < APART && at >= last.at) return samples;
  const { across, along, breadth } = nosePlace(landmarks);
  if (!(breadth > 0)) return samples;
  const sample = { at, across, along, breadth: Math.log(breadth), skew: skewOf(landmarks) };
  return [...samples.filter((s) => s.at < at && at - s.at <= WINDOW), sample];
}

/** 0: as a head; 1: as a plane; between: either; null: too little motion, or too unsteady, to tell. */
export function planarMotion(samples: readonly MotionSample[]): number | null {
  if (samples.length < FEWEST) return null;
  const breadths = samples.map((s) => s.breadth);
  const skews = samples.map((s) => s.skew);
  const turn = Math.hypot(range(breadths), range(skews));
  if (turn < TURN || turn < OVER_JITTER * Math.hypot(jitter(breadths), jitter(skews))) return null;
  const wander = Math.hypot(range(samples.map((s) => s.across)), range(samples.map((s) => s.along)));
  return Math.min(1, Math.max(0, (HEAD - wander / turn) / (HEAD - PLANE)));
}

/** Cosine of the angle between the line of the eyes and that from the eyes to the mouth. */
function skewOf(l: PixelLandmarks): number {
  const ex = l[2]! - l[0]!;
  const ey = l[3]! - l[1]!;
  const mx = (l[6]! + l[8]! - l[0]! - l[2]!) / 2;
  const my = (l[7]! + l[9]! - l[1]! - l[3]!) / 2;
  return (ex * mx + ey * my) / (Math.hypot(ex, ey) * Math.hypot(mx, my));
}

/** Between the tenth and the ninetieth percentile: a slip of the landmarks is no motion. */
function range(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  return at(0.9) - at(0.1);
}

/** Standard deviation of white noise on a smooth course: its second differences have six times its variance. */
function jitter(values: readonly number[]): number {
  let sum = 0;
  for (let i = 2; i < values.length; i++) sum += (values[i]! - 2 * values[i - 1]! + values[i - 2]!) ** 2;
  return Math.sqrt(sum / (6 * (values.length - 2)));
}
