import { describe, expect, it } from 'vitest';
import { marked, type Thing, type Turn } from '../recognition/challenge.test-support.ts';
import { addView, attribute, depthOf, openDepth, type DepthEvidence } from './depth.ts';
import { defaultDepth } from '../recognition/policy.ts';

/** A fixed sequence, roughly normal, with this standard deviation in pixels; the eyes are 60 pixels apart. */
function unsteady(deviation: number, seed = 1): () => number {
  let state = 12_345 + seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  return () => deviation * (next() + next() + next() + next() - 2) * Math.sqrt(3);
}

interface Shown extends Turn {
  /** Degrees in the picture, and size. */
  roll?: number;
  size?: number;
  /** How far the mouth is open, in pixels. */
  mouth?: number;
}

/** Three seconds at ten frames a second. */
function shown(
  thing: Thing,
  movement: (seconds: number) => Shown,
  { jitter = 0.25, seed = 1, frames = 30 } = {},
): DepthEvidence {
  const noise = unsteady(jitter, seed);
  let depth = openDepth();
  for (let i = 0; i < frames; i++) {
    const { roll = 0, size = 1, mouth = 0, ...turn } = movement(i / 10);
    const points = marked(thing, turn);
    const [c, s] = [size * Math.cos((roll * Math.PI) / 180), size * Math.sin((roll * Math.PI) / 180)];
    const landmarks = Float32Array.from(points, (_, k) => {
      const x = points[k - (k % 2)]! - 320;
      const y = points[k - (k % 2) + 1]! - 240 + (k >= 6 ? mouth : 0);
      return 300 + (k % 2 === 0 ? c * x - s * y : s * x + c * y) + noise();
    });
    depth = addView(depth, { landmarks });
  }
  return depth;
}

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const sway =
  (degrees: number, pace = 2) =>
  (s: number) => ({ yaw: degrees * Math.sin(pace * s) });
const PAPER: [name: string, thing: Thing][] = [
  ['flat', 'photo'],
  ['bent a little', { bent: 6 }],
  ['bent by two hands', { bent: 2.5 }],
];
const HANDLING: [name: string, movement: (s: number) => Shown][] = [
  ['held still', () => ({})],
  ['turned a little', sway(12)],
  ['turned', sway(25)],
  ['turned far', sway(40)],
  ['tilted', (s) => ({ pitch: 30 * Math.sin(2 * s) })],
  ['turned and tilted at once', (s) => ({ yaw: 25 * Math.sin(2 * s), pitch: 25 * Math.sin(2 * s) })],
  ['swung in circles', (s) => ({ yaw: 25 * Math.sin(2 * s), pitch: 20 * Math.cos(2 * s) })],
  ['rocked and moved nearer', (s) => ({ roll: 20 * Math.sin(2 * s), size: 1 + 0.3 * Math.sin(s), yaw: 5 })],
];

const talks = (s: number) => ({ mouth: 5 * Math.max(0, Math.sin(9 * s)), yaw: 4 * Math.sin(2 * s) });

describe('the depth of a head', () => {
  it.each([
    ['looks from side to side', sway(20)],
    ['looks around slowly', sway(25, 1)],
    ['comes in with the head turned, and faces the camera', (s: number) => ({ yaw: 32 - 13 * s })],
    ['looks around and nods', (s: number) => ({ yaw: 20 * Math.sin(2 * s), pitch: 8 * Math.cos(3 * s) })],
  ])('a head that %s has proved depth', (_, movement) => {
    for (const seed of SEEDS) {
      expect(depthOf(shown('head', movement, { seed }))).toBeGreaterThan(defaultDepth);
    }
  });

  it('the sum grows with the turn, and is near 0 for a still head', () => {
    const sums = [0, 4, 8, 14, 20].map((degrees) => depthOf(shown('head', sway(degrees))));
    expect(Math.abs(sums[0]!)).toBeLessThan(0.5);
    expect(sums[1]).toBeLessThan(defaultDepth);
    expect(sums).toEqual(sums.toSorted((a, b) => a - b));
    expect(sums.at(-1)).toBeGreaterThan(2 * sums[2]!);
  });

  it('more frames of the same place add nothing', () => {
    for (const thing of ['head', 'photo'] as const) {
      expect(Math.abs(depthOf(shown(thing, sway(2), { frames: 2_000 })))).toBeLessThan(1);
    }
  });
});

describe('the depth of paper', () => {
  it.each(
    PAPER.flatMap(([name, thing]) => HANDLING.map(([how, movement]) => ({ name, thing, how, movement }))),
  )('a print that is $name and $how proves no depth', ({ thing, movement }) => {
    for (const seed of SEEDS) expect(depthOf(shown(thing, movement, { seed }))).toBeLessThan(2);
  });

  it('a face whose breadth is another one whenever its nose is in the same place proves nothing', () => {
    // As of a print that is tilted in another rhythm than it is turned, and whose landmarks follow what the network knows of heads.
    let depth = openDepth();
    for (let frame = 0; frame < 60; frame += 1) {
      const s = frame / 10;
      const flatter = 1 + 0.1 * Math.sin(0.7 * s);
      const landmarks = marked('head', { yaw: 20 * Math.sin(2 * s) });
      depth = addView(depth, { landmarks: landmarks.map((v, i) => (i % 2 === 0 ? v : v * flatter)) });
    }
    expect(depthOf(depth)).toBeLessThan(defaultDepth);
  });

  it('a bent print that is turned far is evidence against depth', () => {
    expect(depthOf(shown({ bent: 2.5 }, sway(40), { frames: 60 }))).toBeLessThan(-2);
  });

  it.each([0.8, 1.5, 3, 6, 12])('landmarks that jitter by %f pixels prove nothing', (jitter) => {
    for (const seed of SEEDS) {
      for (const movement of [() => ({}), sway(10), sway(30)]) {
        expect(depthOf(shown('photo', movement, { jitter, seed }))).toBeLessThan(2);
      }
    }
  });

  it('a mouth that opens is no depth', () => {
    for (const seed of SEEDS) expect(depthOf(shown('photo', talks, { seed }))).toBeLessThan(1);
  });
});

describe('whose depth it is', () => {
  const hold = 0.36;
  const turned = shown('head', sway(25));

  it('what was seen belongs to the person whom every frame is like', () => {
    const anas = attribute(turned, { personId: 'ana', similarity: 0.5 }, hold);
    expect(anas.of).toBe('ana');
    expect(depthOf(attribute(anas, { personId: 'ana', similarity: 0.3 }, hold))).toBe(depthOf(turned));
  });

  it.each([
    ['another person', { personId: 'ben', similarity: 0.5 }],
    ['nobody', { personId: 'ana', similarity: 0.1 }],
    ['no one, because nobody is enrolled', undefined],
  ])('a frame that is like %s ends what was seen before', (_, best) => {
    const anas = attribute(turned, { personId: 'ana', similarity: 0.5 }, hold);
    expect(depthOf(attribute(anas, best, hold))).toBe(0);
  });
});

it('what a track holds is bounded, and landmarks that are no face are left out', () => {
  const wild = shown('head', (s) => ({ yaw: 30 * Math.sin(7 * s), pitch: 30 * Math.sin(11 * s) }), {
    jitter: 6,
    frames: 3_000,
  });
  expect(wild.views.length).toBeLessThanOrEqual(32);
  expect(addView(openDepth(), { landmarks: new Float32Array(10) })).toEqual(openDepth());
});
