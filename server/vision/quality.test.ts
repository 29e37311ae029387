import { describe, expect, it } from 'vitest';
import { JUDGED_SIZE, JUDGED_TEMPLATE, judgeQuality, laplacianVariance } from './quality.ts';

const front = { yaw: 0, pitch: 0, roll: 0 };
/** Luma from a formula; contrast and detail are about those of a sharp face. */
const picture = (f: (x: number, y: number) => number) =>
  Float32Array.from({ length: JUDGED_SIZE ** 2 }, (_, i) => f(i % JUDGED_SIZE, Math.floor(i / JUDGED_SIZE)));
const sharp = picture(
  (x, y) => 120 + 50 * Math.sin(x / 7) * Math.cos(y / 9) + 20 * Math.sin(x * 1.1) * Math.sin(y * 1.3),
);
const soft = picture((x, y) => 120 + 50 * Math.sin(x / 20) * Math.cos(y / 25));
const judge = (
  luma: Float32Array,
  change: { eyes?: number; yaw?: number; pitch?: number; roll?: number; misfit?: number } = {},
) =>
  judgeQuality(
    luma,
    JUDGED_SIZE,
    JUDGED_TEMPLATE.map((v) => (v * (change.eyes ?? 40)) / 35.24),
    { ...front, ...change },
    change.misfit ?? 0.05,
  );

describe('judgeQuality', () => {
  it('scores a near, sharp, evenly lit frontal face near 1', () => {
    expect(judge(sharp).score).toBe(1);
  });

  it('judgeQuality measures each aspect in its own unit', () => {
    const checkered = picture((x, y) => ((x + y) % 2 === 0 ? 100 : 140));
    const q = judge(checkered, { eyes: 64 });
    expect(q.eyeDistance).toBeCloseTo(64, 1);
    expect(q.brightness).toBeCloseTo(120);
    expect(q.contrast).toBeCloseTo(20);
    // Each pixel differs by 40 from all four neighbors: a response of ±160.
    expect(q.sharpness).toBeCloseTo(160 ** 2);
  });

  it.each([
    ['farther away', sharp, { eyes: 13 }],
    ['blurred', soft, {}],
    ['dark', sharp.map((v) => v * 0.12), {}],
    ['dark, though not flat', sharp.map((v) => 12 + (v - 120) * 0.7), {}],
    ['overexposed', sharp.map((v) => Math.min(255, v + 100)), {}],
    ['flat', sharp.map((v) => 120 + (v - 120) * 0.15), {}],
    ['turned away', sharp, { yaw: -60 }],
    ['looking at the floor', sharp, { pitch: -50 }],
    ['lying on its side', sharp, { roll: 85 }],
    ['not a face', sharp, { misfit: 0.25 }],
  ])('scores a face that is %s below 0.5', (_, luma, change) => {
    const { score } = judge(luma, change);
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThan(0.5);
  });

  it('judgeQuality does not take a dim picture for a blurred one', () => {
    expect(judge(sharp.map((v) => v * 0.6)).score).toBeGreaterThan(0.95);
  });

  it('quality stays within 0..1 and finite for a picture of one color', () => {
    expect(judge(picture(() => 0))).toMatchObject({ score: 0, sharpness: 0, contrast: 0, brightness: 0 });
  });
});

describe('laplacianVariance', () => {
  it('laplacianVariance is 0 for any even slope', () => {
    expect(
      laplacianVariance(
        picture((x, y) => 2 * x + y),
        JUDGED_SIZE,
      ),
    ).toBeCloseTo(0, 6);
  });
});
