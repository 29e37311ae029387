/**
 * Gathers evidence that a face has depth, from the movement that people make anyway while they walk up and look. Pure.
 *
 * When a head turns to the side, its nose moves across the shape that eyes and mouth span (`across` of `nosePlace`) long
 * before that shape narrows: the nose moves with the sine of the turn, the breadth shrinks with the cosine. A picture of a
 * head has to be turned much further until its nose seems to move as much (by perspective, by a bend of the paper, and
 * because the landmarks of a flat face follow what the network knows of heads), and by then it has narrowed a lot. So the
 * logarithm of the breadth is a parabola over the place of the nose:
 *
 *     breadth = b0 + b1 · across + b2 · along + b3 · along² − g · across² / (2 · NOSE²)
 *
 * `g` is 1 for a head whose nose stands out as far as most do, and 1 / s² for a face as shallow as `s` of that: about 3 for
 * paper bent around a head, 8 and more for flat paper. b1 and b2 take up how the camera hangs, how the photograph was taken
 * and how people nod; b3 keeps a plane that is turned and tilted at once, whose breadth stays the same, from being evidence.
 *
 * The result is the logarithm of a likelihood ratio, "deep" (g up to `DEEP`) against "shallow" (g from `SHALLOW` on), with b
 * and the noise fitted to the same views. Noise of landmarks lasts for many frames, so frames do not count: frames with
 * the same place of the nose are one view, and the sum grows only with new views. A still face stays near 0.
 *
 * Only movement to the sides is evidence. A nod is none: the landmarks of the default pack take a tilted photograph for a nod.
 */
import { nosePlace, skewOf } from './nose-place.ts';
import type { Detection } from './types.ts';

/** How far the nose moves across, in distances of the eyes, for the tangent of a turn. Measured on three people: 0.35 to 0.47. */
const NOSE = 0.35;
/** Bounds of g for a head, and the least g of anything shallower. People differ, and noise of the nose's place lowers g. */
const DEEP = 1.4;
const LEAST = -3;
const SHALLOW = 2.5;
/** Frames whose nose is nearer than this to that of a view belong to it: about 2.5° of a turn, and 6° of a nod. */
const ACROSS = 0.015;
const ALONG = 0.04;
/** More frames of a view than this say nothing new: their noise is the same. */
const COUNTED = 3;
/** Frames that a view remembers: its mean follows what comes after. */
const REMEMBERED = 8;
/** A jump counts no more than this: one lost frame in a quick turn is no jitter. */
const JUMP = 0.06;
/** Frames over which the jitter is averaged. */
const STEPS = 30;
/** The result is the least of so many frames: a single one may be an error of the landmarks. */
const AGREEING = 3;
/** A face is like a person from this part of the similarity on that holds a recognition: it may be turned. */
const LIKE = 0.75;
/** Bounds what a track can hold. Views of a whole turn from side to side: about 20. */
const MOST_VIEWS = 32;
/** Least noise of `breadth` that is assumed, whatever the fit says: landmarks of still faces drift by this. */
const NOISE = 0.012;
/** A head leaves no more than this of the breadth unexplained. More is a plane that was turned, or a face that is none. */
const MOST_NOISE = 0.03;
/**
 * A head has the same breadth whenever its nose is in the same place. Paper that is turned and tilted at once has not, nor has a
 * flat mask on a head. Of the half that bounds were chosen on, people who proved depth had 0.017 at most, and the mask that did
 * had 0.028.
 */
const MOST_SCATTER = 0.02;
/** The place of the nose must wander by this many times the jitter of its landmarks from frame to frame. */
const OVER_JITTER = 6;
/** How far b1, b2 and b3 may be from 0, standard deviations. */
const SLOPES = [2, 2, 30] as const;
/** Beyond this turn the far eye is hidden, and its landmark is a guess. */
const MOST_ACROSS = 0.27;
/** Cosine of the angle between the axes of a face. Above this, it is none. */
const MOST_SKEW = 0.35;
/** Landmarks of a face that is tilted to the shoulder are displaced: views must not differ by more than this, radians. */
const MOST_ROLL = 0.16;

/** Frames in which the nose was in the same place. */
interface View {
  across: number;
  along: number;
  /** Logarithm. */
  breadth: number;
  /** How far the frames were from the means of the view: mean squares of `along` and `breadth`, and of their product. */
  scatter: readonly [along: number, both: number, breadth: number];
  frames: number;
}

/** Plain data: it travels with the track between threads. */
export interface DepthEvidence {
  views: readonly View[];
  /** Angle of the line of the eyes in the first view, radians. */
  roll: number;
  /** `across` in the last two frames, and the mean square of its second differences over `steps` frames. */
  last: readonly number[];
  jitter: number;
  steps: number;
  /** The ratio in each of the last `AGREEING` frames. */
  ratios: readonly number[];
  /** The id of the person who was the most similar in every frame that was compared; null before the first. */
  of: string | null;
}

export function openDepth(): DepthEvidence {
  return { views: [], roll: 0, last: [], jitter: 0, steps: 0, ratios: [], of: null };
}

/** Adds one frame. Where the model marks brows, they are taken in place of the eyes: see `pointsOfPaper`. */
export function addView(depth: DepthEvidence, face: Pick<Detection, 'landmarks' | 'brows'>): DepthEvidence {
  const landmarks = face.brows ?? face.landmarks;
  const { across, along, breadth } = nosePlace(landmarks);
  if (!(breadth > 0) || Math.abs(across) > MOST_ACROSS || Math.abs(skewOf(landmarks)) > MOST_SKEW)
    return depth;
  const roll = Math.atan2(landmarks[3]! - landmarks[1]!, landmarks[2]! - landmarks[0]!);
  const seen = { across, along, breadth: Math.log(breadth), scatter: [0, 0, 0] as const, frames: 1 };
  if (depth.views.length === 0) return { ...depth, views: [seen], roll, last: [across] };
  if (Math.abs(roll - depth.roll) > MOST_ROLL) return { ...depth, last: [] };
  const near = nearest(depth.views, seen);
  const views =
    near !== -1
      ? depth.views.map((view, i) => (i === near ? merged(view, seen) : view))
      : [...depth.views, seen].slice(0, MOST_VIEWS);
  const next = { ...depth, ...shaken(depth, across), views };
  return { ...next, ratios: [...depth.ratios, ratioOf(next)].slice(-AGREEING) };
}

/**
 * Says whom the face of the last frame is like. What was seen before belongs to another face if that was like somebody else:
 * a person who walks up and then holds a picture before the face has shown nothing of the picture.
 * @param best the most similar person, of any similarity
 * @param hold the similarity that holds a recognition
 */
export function attribute(
  depth: DepthEvidence,
  best: { personId: string; similarity: number } | undefined,
  hold: number,
): DepthEvidence {
  if (!best || best.similarity < LIKE * hold) return openDepth();
  const isOther = depth.of !== null && depth.of !== best.personId;
  return { ...(isOther ? openDepth() : depth), of: best.personId };
}

/** The logarithm of the likelihood ratio: above 0 for a head that moved, below 0 for a picture that was turned, else near 0. */
export function depthOf({ ratios }: DepthEvidence): number {
  return ratios.length < AGREEING ? 0 : Math.min(...ratios);
}

function shaken({ last, jitter, steps }: DepthEvidence, across: number) {
  const [before, then] = last;
  if (before === undefined || then === undefined) return { last: [...last, across] };
  const square = Math.min(JUMP, Math.abs(across - 2 * then + before)) ** 2;
  const kept = Math.min(steps, STEPS);
  return { last: [then, across], jitter: (jitter * kept + square) / (kept + 1), steps: steps + 1 };
}

function ratioOf({ views, jitter }: Pick<DepthEvidence, 'views' | 'jitter'>): number {
  const fit = fitOf(views);
  if (!fit) return 0;
  const { g, spread, rest, free, wander } = fit;
  const deep = Math.max(0, g - DEEP, LEAST - g);
  const shallow = Math.max(0, SHALLOW - g);
  const noise = Math.max(NOISE, Math.sqrt((rest + deep * deep * spread) / free));
  const ratio = ((shallow * shallow - deep * deep) * spread) / (2 * noise * noise);
  // White noise has a sixth of the variance of its second differences.
  const steady =
    wander >= OVER_JITTER * Math.sqrt(jitter / 6) && noise <= MOST_NOISE && scatterOf(views) <= MOST_SCATTER;
  return steady ? ratio : Math.min(0, ratio);
}

/** Standard deviation of the breadth within the views, less what nods within them explain. */
function scatterOf(views: readonly View[]): number {
  let [aa, ab, bb, frames] = [0, 0, 0, 0];
  for (const { scatter, frames: seen } of views) {
    const counted = Math.min(seen, REMEMBERED) - 1;
    aa += counted * scatter[0];
    ab += counted * scatter[1];
    bb += counted * scatter[2];
    frames += counted;
  }
  if (frames === 0) return 0;
  return Math.sqrt(Math.max(0, bb - (aa > 0 ? (ab * ab) / aa : 0)) / frames);
}

function merged(view: View, { across, along, breadth }: View): View {
  const kept = Math.min(view.frames, REMEMBERED);
  const mean = (a: number, b: number) => (a * kept + b) / (kept + 1);
  const da = along - view.along;
  // Less what a head's turn within the view explains: the slope of the parabola above.
  const db = breadth - view.breadth + (view.across * (across - view.across)) / (NOSE * NOSE);
  const [aa, ab, bb] = view.scatter;
  return {
    across: mean(view.across, across),
    along: mean(view.along, along),
    breadth: mean(view.breadth, breadth),
    scatter: [mean(aa, da * da), mean(ab, da * db), mean(bb, db * db)],
    frames: view.frames + 1,
  };
}

function nearest(views: readonly View[], { across, along }: View): number {
  let best = -1;
  let least = 1;
  for (const [i, view] of views.entries()) {
    const distance = Math.max(Math.abs(view.across - across) / ACROSS, Math.abs(view.along - along) / ALONG);
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/** Columns: 1, across, along, along². */
const COLUMNS = 4;

/**
 * The best g; the sum of squares of its column that the others leave (`spread`); the sum of squared deviations at that g
 * (`rest`), which is `spread` · (difference)² more for any other g, and its degrees of freedom; and the standard deviation of
 * `across`. Null for too few views.
 */
function fitOf(
  views: readonly View[],
): { g: number; spread: number; rest: number; free: number; wander: number } | null {
  if (views.length <= COLUMNS) return null;
  const weights = views.map(({ frames }) => Math.min(frames, COUNTED));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (view: View) => number) =>
    views.reduce((sum, view, i) => sum + weights[i]! * of(view), 0) / total;
  const [across0, along0, breadth0] = [mean((v) => v.across), mean((v) => v.along), mean((v) => v.breadth)];
  // Normal equations of the four columns, and of two right sides: the breadth, and the column of g.
  const left = Array.from({ length: COLUMNS }, () => new Float64Array(COLUMNS));
  const right = Array.from({ length: COLUMNS }, () => new Float64Array(2));
  let [yy, xy, xx, uu] = [0, 0, 0, 0];
  for (const [i, view] of views.entries()) {
    const weight = weights[i]!;
    const [u, w, y] = [view.across - across0, view.along - along0, view.breadth - breadth0];
    const x = -(u * u) / (2 * NOSE * NOSE);
    const row = [1, u, w, w * w];
    for (let r = 0; r < COLUMNS; r++) {
      for (let c = 0; c < COLUMNS; c++) left[r]![c]! += weight * row[r]! * row[c]!;
      right[r]![0]! += weight * row[r]! * y;
      right[r]![1]! += weight * row[r]! * x;
    }
    uu += weight * u * u;
    yy += weight * y * y;
    xy += weight * x * y;
    xx += weight * x * x;
  }
  for (const [i, slope] of SLOPES.entries()) left[i + 1]![i + 1]! += (NOISE / slope) ** 2;
  const solved = solve(left, right);
  if (!solved) return null;
  for (let r = 0; r < COLUMNS; r++) {
    yy -= right[r]![0]! * solved[r]![0]!;
    xy -= right[r]![0]! * solved[r]![1]!;
    xx -= right[r]![1]! * solved[r]![1]!;
  }
  if (!(xx > 1e-9)) return null;
  return {
    g: xy / xx,
    spread: xx,
    rest: Math.max(0, yy - (xy * xy) / xx),
    free: Math.max(1, total - COLUMNS - 1),
    wander: Math.sqrt(uu / total),
  };
}

/** Gauss with the largest pivot, on copies; null where the columns depend on each other. */
function solve(left: readonly Float64Array[], right: readonly Float64Array[]): Float64Array[] | null {
  const rows = left.map((row, i) => Float64Array.of(...row, ...right[i]!));
  const size = rows.length;
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    if (Math.abs(rows[c]![c]!) < 1e-12) return null;
    for (let r = 0; r < size; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k < rows[r]!.length; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  return rows.map((row, i) => row.subarray(size).map((value) => value / row[i]!));
}
