import { describe, expect, it } from 'vitest';
import { alignmentMap, fitSimilarity, invert, residual } from './align.ts';
import type { Similarity } from './align.ts';

const FACE = Float32Array.of(38.3, 51.7, 73.5, 51.5, 56, 71.7, 41.5, 92.4, 70.7, 92.2);

function apply(s: Similarity, points: ArrayLike<number>): Float64Array {
  return Float64Array.from(points, (v, i) =>
    i % 2 === 0 ? s.a * v - s.b * points[i + 1]! + s.tx : s.b * points[i - 1]! + s.a * v + s.ty,
  );
}

const polar = (scale: number, degrees: number, tx: number, ty: number): Similarity => ({
  a: scale * Math.cos((degrees * Math.PI) / 180),
  b: scale * Math.sin((degrees * Math.PI) / 180),
  tx,
  ty,
});

describe('fitSimilarity', () => {
  it.each([
    ['identity', 1, 0, 0, 0],
    ['shift', 1, 0, 300, -12],
    ['enlarging', 4.2, 0, 0, 0],
    ['shrinking and turning', 0.21, 33, 15, 80],
    ['upside down', 1.5, 180, 500, 400],
    ['quarter turn back', 2, -90, 0, 640],
  ])('fitSimilarity recovers the transform that made the points: %s', (_, scale, degrees, tx, ty) => {
    const truth = polar(scale, degrees, tx, ty);
    const found = fitSimilarity(FACE, apply(truth, FACE));
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(truth[key], 6);
  });

  it('fitSimilarity returns the least-squares transform for points that no similarity fits', () => {
    const to = apply(polar(1.3, 20, 40, 50), FACE).map((v, i) => v + [3, -2, 1, 4, -5, 2, 0, -3, 2, 1][i]!);
    const best = fitSimilarity(FACE, to);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) {
      for (const step of [-0.01, 0.01]) {
        const other = { ...best, [key]: best[key] + step };
        expect(residual(other, FACE, to)).toBeGreaterThan(residual(best, FACE, to));
      }
    }
  });

  it('fitSimilarity never mirrors: a mirrored face keeps a residual', () => {
    const mirrored = FACE.map((v, i) => (i % 2 === 0 ? 112 - v : v));
    expect(residual(fitSimilarity(FACE, mirrored), FACE, mirrored)).toBeGreaterThan(10);
  });

  it('fitSimilarity returns finite numbers for points in one place', () => {
    expect(fitSimilarity(new Float32Array(10), FACE)).toMatchObject({ a: 0, b: 0 });
  });
});

describe('invert and alignmentMap', () => {
  it('invert undoes a transform', () => {
    const s = polar(0.7, 25, 3, -9);
    const back = apply(invert(s), apply(s, FACE));
    back.forEach((v, i) => expect(v).toBeCloseTo(FACE[i]!, 6));
  });

  it('alignmentMap maps the template to the landmarks of a turned, larger face', () => {
    const landmarks = apply(polar(3, -30, 200, 300), FACE);
    const map = alignmentMap(landmarks, FACE);
    for (let i = 0; i < 10; i += 2) {
      const [u, v] = [FACE[i]!, FACE[i + 1]!];
      expect(map.xx * u + map.xy * v + map.x).toBeCloseTo(landmarks[i]!, 4);
      expect(map.yx * u + map.yy * v + map.y).toBeCloseTo(landmarks[i + 1]!, 4);
    }
  });
});
