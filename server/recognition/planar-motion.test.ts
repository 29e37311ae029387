/** Heads and planes in three dimensions, in perspective, with landmarks as unsteady as real ones. */
import { describe, expect, it } from 'vitest';
import { addMotion, planarMotion, type MotionSample } from './planar-motion.ts';

type Point = readonly [x: number, y: number, z: number];
/** Eyes, nose, corners of the mouth in eye distances; z points to the camera. A man of average depth. */
const HEAD: readonly Point[] = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.55, 0.36],
  [-0.41, 1.08, 0.16],
  [0.41, 1.08, 0.16],
];
const PICTURE: readonly Point[] = HEAD.map(([x, y]) => [x, y, 0]);

interface Motion {
  yaw?: number;
  pitch?: number;
  roll?: number;
  /** Eye distances. */
  x?: number;
  distance?: number;
}
const DEGREE = Math.PI / 180;

function seen(points: readonly Point[], motion: Motion, noise: () => number): Float32Array {
  const { yaw = 0, pitch = 0, roll = 0, x = 0, distance = 9 } = motion;
  const [cy, sy] = [Math.cos(yaw * DEGREE), Math.sin(yaw * DEGREE)];
  const [cp, sp] = [Math.cos(pitch * DEGREE), Math.sin(pitch * DEGREE)];
  const [cr, sr] = [Math.cos(roll * DEGREE), Math.sin(roll * DEGREE)];
  const out = new Float32Array(10);
  for (const [i, [px, py0, pz]] of points.entries()) {
    const py = py0 - 0.55;
    const x1 = px * cy + pz * sy;
    const z1 = pz * cy - px * sy;
    const y2 = py * cp - z1 * sp;
    const z2 = z1 * cp + py * sp;
    const scale = 560 / (distance - z2);
    out[2 * i] = 320 + scale * (x1 * cr - y2 * sr + x) + noise();
    out[2 * i + 1] = 240 + scale * (x1 * sr + y2 * cr) + noise();
  }
  return out;
}

/** A fixed sequence, roughly normal, with this standard deviation in pixels (an eye distance is 62 pixels). */
function unsteady(deviation: number): () => number {
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  return () => deviation * (next() + next() + next() + next() - 2) * Math.sqrt(3);
}

/** Four seconds at ten frames per second. */
function played(points: readonly Point[], motion: (seconds: number) => Motion, deviation = 0.5) {
  const noise = unsteady(deviation);
  let samples: readonly MotionSample[] = [];
  for (let i = 0; i <= 40; i++) {
    samples = addMotion(samples, seen(points, motion(i / 10), noise), 1_000 + i * 100);
  }
  return samples;
}

const turns: [name: string, motion: (s: number) => Motion][] = [
  ['turned to the sides', (s) => ({ yaw: 40 * Math.sin(2 * s) })],
  ['nodded', (s) => ({ pitch: 35 * Math.sin(2 * s) })],
  [
    'turned and tilted',
    (s) => ({ yaw: 32 * Math.sin(2 * s), pitch: 20 * Math.cos(1.7 * s), roll: 8 * Math.sin(s) }),
  ],
  ['turned while coming closer', (s) => ({ yaw: 35 * Math.sin(1.5 * s), distance: 10 - s, x: 0.3 * s })],
];

describe('planarMotion', () => {
  it.each(turns)('planarMotion recognizes the motion of a head that is %s', (_, motion) => {
    expect(planarMotion(played(HEAD, motion))).toBeLessThan(0.3);
  });

  it.each(turns)('planarMotion recognizes the motion of a picture that is %s', (_, motion) => {
    expect(planarMotion(played(PICTURE, motion))).toBeGreaterThan(0.7);
  });

  it.each<[string, (s: number) => Motion]>([
    ['held still', () => ({})],
    ['moved about', (s) => ({ x: Math.sin(s), distance: 9 + Math.cos(s) })],
    ['tilted to the sides', (s) => ({ roll: 30 * Math.sin(2 * s) })],
    ['turned a little', (s) => ({ yaw: 12 * Math.sin(2 * s) })],
  ])('planarMotion returns null for a head or picture that is %s', (_, motion) => {
    for (const points of [HEAD, PICTURE]) expect(planarMotion(played(points, motion))).toBeNull();
  });

  it('planarMotion returns null for a still face with unsteady landmarks, at any amount of jitter', () => {
    for (const points of [HEAD, PICTURE]) {
      expect(planarMotion(played(points, () => ({}), 4))).toBeNull();
      expect(planarMotion(played(points, () => ({}), 12))).toBeNull();
    }
  });

  it('planarMotion returns null for a few frames, and forgets samples older than its window', () => {
    const turned = played(PICTURE, turns[0]![1]);
    expect(planarMotion(turned.slice(0, 8))).toBeNull();
    let samples: readonly MotionSample[] = turned;
    for (let i = 1; i <= 40; i++) {
      samples = addMotion(samples, seen(PICTURE, {}, unsteady(0.5)), 5_000 + i * 100);
    }
    expect(planarMotion(samples)).toBeNull();
  });

  it('planarMotion keeps no more samples at a high frame rate, and starts over after the clock was set back', () => {
    let samples: readonly MotionSample[] = [];
    const noise = unsteady(0.5);
    for (let i = 0; i < 600; i++) samples = addMotion(samples, seen(HEAD, {}, noise), 1_000 + i * 16);
    expect(samples.length).toBeLessThanOrEqual(43);
    expect(addMotion(samples, seen(HEAD, {}, noise), 500)).toHaveLength(1);
  });

  it('planarMotion ignores landmarks that lie on one line', () => {
    expect(addMotion([], new Float32Array(10), 1_000)).toEqual([]);
  });
});
