/** How faces move: where a face is expected, and how likely a detection is to be the expected face. */
import type { Detection } from '../vision/types.ts';
import type { Track, TrackPolicy } from './types.ts';

/** A lost face is assumed to keep its course for this long and then to stop, ms. */
const COURSE = 800;
/** Time constants of the velocity estimate, ms: longer than a frame at 30 per second, shorter than one at 2. */
const VELOCITY_MEMORY = 120;
const SCALE_MEMORY = 300;
/** A head 0.16 m wide on a running person (2.5 m/s) crosses this many times its own width per second. */
const MAX_SPEED = 16;

/**
 * Uncertainty of a prediction, one standard deviation: of the center in face sizes, of the size as a logarithm.
 * `still` is the detector's own jitter; the rest grows with the seconds since the face was seen. A face with a known
 * course can deviate by what one step changes; a new face may walk in any direction.
 */
const CENTER = { still: 0.12, known: 1.2, unknown: 4 };
const SIZE = { still: 0.08, growth: 0.5 };
/** A pair is not considered beyond this many standard deviations, or beyond these absolute differences. */
const GATE = { deviations: 3, center: 4, size: Math.log(2.2) };

export interface Pairing {
  /** −log likelihood; comparable between tracks that were lost for different times. */
  cost: number;
  iou: number;
  /** |ln(size / predicted size)| */
  sizeChange: number;
}

/** The face as expected at `at` (ms of the steady clock). */
export function predict(track: Track, at: number): Detection {
  const from = clamp(track.at - track.lastSeen, 0, COURSE);
  const time = clamp(at - track.lastSeen, 0, COURSE) - from;
  const { face, velocity } = track;
  const scale = Math.exp(clamp(velocity.scale * time, -0.7, 0.7));
  const before = center(face);
  const x = before.x + velocity.x * time;
  const y = before.y + velocity.y * time;
  const landmarks = new Float32Array(10);
  for (let i = 0; i < 10; i += 2) {
    landmarks[i] = x + (face.landmarks[i]! - before.x) * scale;
    landmarks[i + 1] = y + (face.landmarks[i + 1]! - before.y) * scale;
  }
  const width = face.width * scale;
  const height = face.height * scale;
  return { x: x - width / 2, y: y - height / 2, width, height, score: face.score, landmarks };
}

/** The velocity of a track after `found` was detected where `predicted` was expected. Pixels and ln(size), per ms. */
export function steer(track: Track, predicted: Detection, found: Detection, at: number): Track['velocity'] {
  const gap = at - track.lastSeen;
  if (gap <= 0) return track.velocity;
  const want = center(predicted);
  const got = center(found);
  const gain = gap / (gap + VELOCITY_MEMORY) / gap;
  const limit = (MAX_SPEED * size(found)) / 1000;
  const scaleGain = gap / (gap + SCALE_MEMORY) / gap;
  return {
    x: clamp(track.velocity.x + gain * (got.x - want.x), -limit, limit),
    y: clamp(track.velocity.y + gain * (got.y - want.y), -limit, limit),
    scale: clamp(track.velocity.scale + scaleGain * Math.log(size(found) / size(predicted)), -0.002, 0.002),
  };
}

/** How well `found` fits the prediction of the track; null if it cannot be the same face. */
export function pair(
  track: Track,
  predicted: Detection,
  found: Detection,
  at: number,
  policy: TrackPolicy,
): Pairing | null {
  const seconds = Math.max(0, at - track.lastSeen) / 1000;
  const courseKnown = track.hits > 2 || track.lastSeen - track.firstSeen > 250;
  const spread = CENTER.still + seconds * (courseKnown ? CENTER.known : CENTER.unknown);
  const sizeSpread = SIZE.still + seconds * SIZE.growth;
  const expected = center(predicted);
  const actual = center(found);
  const unit = Math.sqrt(size(predicted) * size(found));
  const distance = Math.hypot(actual.x - expected.x, actual.y - expected.y) / unit;
  const sizeChange = Math.abs(Math.log(size(found) / size(predicted)));
  const iou = overlap(predicted, found);
  const near =
    distance <= Math.min(GATE.deviations * spread, GATE.center) &&
    sizeChange <= Math.min(GATE.deviations * sizeSpread, GATE.size);
  if (!near && iou < policy.minIou) return null;
  const cost =
    0.5 * (distance / spread) ** 2 +
    2 * Math.log(spread) +
    0.5 * (sizeChange / sizeSpread) ** 2 +
    Math.log(sizeSpread);
  return { cost, iou, sizeChange };
}

/** Intersection over union of two boxes, 0..1. */
function overlap(a: Detection, b: Detection): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

function center(face: Detection): { x: number; y: number } {
  return { x: face.x + face.width / 2, y: face.y + face.height / 2 };
}

function size(face: Detection): number {
  return Math.max(1, Math.sqrt(face.width * face.height));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
