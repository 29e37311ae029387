import { describe, expect, it } from 'vitest';
import type { PoseBin } from '../protocol/face.ts';
import { buildTemplates, similarity, weightedMean, type Sample } from './template.ts';

const sample = (quality: number, ...v: number[]): Sample => ({
  quality,
  embedding: Float32Array.from(v, (x) => x / Math.hypot(...v)),
});

describe('the weighted mean', () => {
  it('the weighted mean weights each sample by its quality and is L2-normalized', () => {
    const { embedding, quality } = weightedMean([sample(0.9, 1, 0), sample(0.3, 0, 1)]);
    expect(embedding[0]! / embedding[1]!).toBeCloseTo(3, 5);
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
    expect(quality).toBeCloseTo(0.6, 9);
  });

  it.each([
    ['no samples', []],
    ['samples that cancel each other out', [sample(1, 1, 0), sample(1, -1, 0)]],
    ['samples without quality', [sample(0, 1, 0)]],
  ])('the weighted mean of %s throws an error', (_, samples) => {
    expect(() => weightedMean(samples)).toThrow(RangeError);
  });
});

describe('the templates of an enrollment', () => {
  it('the templates of an enrollment begin with the aggregate, followed by one for each bin with samples', () => {
    const templates = buildTemplates(
      new Map<PoseBin, Sample[]>([
        ['front', [sample(1, 1, 0, 0), sample(1, 1, 0, 0)]],
        ['left', [sample(1, 0, 1, 0)]],
        ['up', []],
      ]),
    );
    expect(templates.map(({ bin }) => bin)).toEqual(['aggregate', 'front', 'left']);
    // A bin with more samples does not count more.
    expect([...templates[0]!.embedding]).toEqual(
      [Math.SQRT1_2, Math.SQRT1_2, 0].map((v) => expect.closeTo(v, 5) as number),
    );
    for (const { embedding } of templates) expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
  });

  it('the templates of an enrollment have an aggregate that is closer to the bins of better quality', () => {
    const [aggregate] = buildTemplates(
      new Map<PoseBin, Sample[]>([
        ['front', [sample(1, 1, 0)]],
        ['left', [sample(0.25, 0, 1)]],
      ]),
    );
    expect(similarity(aggregate!.embedding, Float32Array.of(1, 0))).toBeGreaterThan(0.9);
  });

  it('the templates of an enrollment cannot be built without captures', () => {
    expect(() => buildTemplates(new Map())).toThrow(RangeError);
  });
});
