import { describe, expect, it } from 'vitest';
import { BestCandidates } from './best-candidates.ts';

describe('BestCandidates', () => {
  it.each([1, 3, 64, 5_000])('the %i best of 5,000 scores are kept, whatever their order', (size) => {
    // A permutation of 0 to 4,999, and every seventh score is none.
    const scores = Float32Array.from({ length: 5_000 }, (_, i) =>
      i % 7 === 0 ? Number.NaN : (i * 1_237) % 5_000,
    );
    const best = new BestCandidates(size);
    for (let first = 0; first < 5_000; first += 1_000) best.offer(scores, first, first, 1_000);
    const truth = [...scores.keys()]
      .filter((slot) => !Number.isNaN(scores[slot]))
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, size);
    expect([...best.slots].sort((a, b) => a - b)).toEqual(truth.sort((a, b) => a - b));
  });

  it('nothing is kept after it was cleared', () => {
    const best = new BestCandidates(2);
    best.offer(Float32Array.of(5, 6, 7), 0, 0, 3);
    best.clear();
    best.offer(Float32Array.of(1), 0, 9, 1);
    expect([...best.slots]).toEqual([9]);
  });
});
