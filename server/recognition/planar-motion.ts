/**
 * Tells whether a face moves as a head does, or as a flat picture of a head. Pure.
 *
 * When a plane is turned or tilted, the place of the nose among eyes and mouth (`nosePlace`) does not change, while the
 * shape that eyes and mouth span does: its breadth and the angle of its axes. A head's nose moves across that shape. So
 * the movement of the nose over a few seconds is compared with the change of the shape. Their ratio is 1 and more for
 * turning heads in the fixture clips, and 0.2 to 0.45 for a photograph turned by 30° and more.
 *
 * There is no result if the shape changed little (a picture that is held still, or only moved about) or if the
 * landmarks are too unsteady. A recording of a head cannot be told from a head: it moves in the same way.
 *
 * Measured on overlapping windows of 3 s, as the number of windows called a plane: windows of six people (clips, facing
 * the camera most of the time), and windows of turned photographs (±30° and more, rendered from four faces). Landmarks
 * of faceplugin: 0 of 144 and 60 of 60. SCRFD: 0 of 144 and 23 of 60. YuNet, whose landmarks jitter three times as
 * much: 3 of 144 and 8 of 60. There was no result for any photograph that was held still.
 */
import { nosePlace, skewOf } from '../vision/nose-place.ts';
import type { PixelLandmarks } from '../vision/types.ts';

/** Length of the window that is looked at, ms. */
const WINDOW = 3_000;
/** Least time between two samples, ms: a denser series costs memory and adds nothing. */
const APART = 70;
/** With fewer samples there is no result. */
const FEWEST = 12;
/** Least change of shape that counts as a turn: that of about 30°. */
const TURN = 0.15;
/** The change of shape must also exceed the jitter of the landmarks by this factor. */
const OVER_JITTER = 10;
/** Ratio of nose movement to change of shape: at most this for a plane, at least that for a head. */
const PLANE = 0.5;
const HEAD = 1;

/** Plain data: it travels with the track between threads. */
export interface MotionSample {
  /** Epoch ms. */
  at: number;
  /** Place of the nose, see `NosePlace`. */
  across: number;
  along: number;
  /** The shape that eyes and mouth span: the logarithm of its breadth, and the cosine of the angle between its axes. */
  breadth: number;
  skew: number;
}

/** Adds the landmarks (pixels) of one frame and drops the samples that are older than the window. */
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

/** 0: moves as a head; 1: moves as a plane; between: undecided; null: too little motion, or too unsteady, to tell. */
export function planarMotion(samples: readonly MotionSample[]): number | null {
  if (samples.length < FEWEST) return null;
  const breadths = samples.map((s) => s.breadth);
  const skews = samples.map((s) => s.skew);
  const turn = Math.hypot(range(breadths), range(skews));
  if (turn < TURN || turn < OVER_JITTER * Math.hypot(jitter(breadths), jitter(skews))) return null;
  const wander = Math.hypot(range(samples.map((s) => s.across)), range(samples.map((s) => s.along)));
  return Math.min(1, Math.max(0, (HEAD - wander / turn) / (HEAD - PLANE)));
}

/** From the tenth to the ninetieth percentile, so that an error of the landmarks is not taken for motion. */
function range(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  return at(0.9) - at(0.1);
}

/** Standard deviation of white noise on a smooth course: the second differences have six times its variance. */
function jitter(values: readonly number[]): number {
  let sum = 0;
  for (let i = 2; i < values.length; i++) sum += (values[i]! - 2 * values[i - 1]! + values[i - 2]!) ** 2;
  return Math.sqrt(sum / (6 * (values.length - 2)));
}
