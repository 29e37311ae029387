import { describe, expect, it } from 'vitest';
import { SKETCH_BLOCK, SKETCH_ZERO, sketchKernel } from './sketch-kernel.ts';
import { sketchOf } from './sketch.ts';

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Deterministic, of unit length. */
function direction(length: number, seed: number): Float32Array {
  const v = Float32Array.from(
    { length },
    (_, i) => Math.sin(seed * 78.233 + i * 12.9898) + Math.cos(i * seed),
  );
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

describe('sketchOf', () => {
  it('a sketch is the mean direction of the templates, to within half a step', () => {
    const embeddings = [direction(512, 1), direction(512, 2), direction(512, 3)];
    const { codes, scale } = sketchOf(embeddings);
    const mean = embeddings[0]!.map((_, i) => embeddings.reduce((sum, one) => sum + one[i]!, 0));
    const norm = Math.hypot(...mean);
    for (const [i, code] of codes.entries()) {
      expect(code).toBeGreaterThanOrEqual(1);
      expect(code).toBeLessThanOrEqual(127);
      expect(Math.abs((code - SKETCH_ZERO) * scale - mean[i]! / norm)).toBeLessThanOrEqual(scale * 0.501);
    }
  });

  it('templates that cancel out make a sketch that is like everybody else', () => {
    const one = direction(64, 1);
    const { codes, scale } = sketchOf([one, one.map((v) => -v)]);
    expect([...new Set(codes)]).toEqual([SKETCH_ZERO]);
    expect(scale).toBe(0);
  });
});

describe('sketchKernel', () => {
  it.each([
    { length: 512, stride: 512 },
    { length: 100, stride: 128 },
  ])('scores order people like the dot products with their mean directions: %o', ({ length, stride }) => {
    const people = SKETCH_BLOCK + 100;
    const pages = Math.ceil((people * (stride + 4)) / 65_536);
    const sketches = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const kernel = sketchKernel(sketches, stride, people * stride);
    const means = Array.from({ length: people }, (_, p) => direction(length, p + 10));
    for (const [p, mean] of means.entries()) {
      const { codes, scale } = sketchOf([mean]);
      new Uint8Array(sketches.buffer).fill(SKETCH_ZERO, p * stride, (p + 1) * stride).set(codes, p * stride);
      new Float32Array(sketches.buffer, people * stride)[p] = p === 7 ? Number.NaN : scale;
    }
    // A query of another length and sign must not change the order of another.
    const queries = [1, 2, 3, 4].map((seed) => direction(length, seed).map((v) => v * (seed % 2 ? 1 : -3)));
    for (const [q, query] of queries.entries()) kernel.ask(q, query);
    for (const all of [false, true]) {
      for (const [first, count] of [
        [0, SKETCH_BLOCK],
        [SKETCH_BLOCK, 100],
      ] as const) {
        kernel.scores.fill(0);
        kernel.score(first, count, all);
        for (const [q, query] of queries.entries()) {
          const scores = kernel.scores.subarray(q * SKETCH_BLOCK, q * SKETCH_BLOCK + count);
          const most = Math.max(...query.map(Math.abs));
          const isWrong = (score: number, i: number) => {
            if (!all && q > 0) return score !== 0;
            if (first + i === 7) return !Number.isNaN(score);
            return !(Math.abs((score * most) / 127 - dot(query, means[first + i]!)) < 0.03);
          };
          expect([...scores].filter(isWrong)).toEqual([]);
        }
      }
    }
  });
});
