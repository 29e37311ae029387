import { describe, expect, it } from 'vitest';
import { evidencePolicy, forGallery, trackPolicy } from './policy.ts';

describe('the policy for a gallery', () => {
  it.each([
    { people: 0, threshold: 0.412 },
    { people: 30, threshold: 0.412 },
    { people: 300, threshold: 0.482 },
    { people: 3_000, threshold: 0.552 },
    { people: 1_000_000, threshold: 0.6 },
  ])('of $people people has the threshold $threshold', ({ people, threshold }) => {
    const few = evidencePolicy(0.412);
    const policy = forGallery(few, people);
    expect(policy.threshold).toBeCloseTo(threshold, 9);
    expect(policy.strongThreshold - policy.threshold).toBeCloseTo(few.strongThreshold - few.threshold, 9);
    // Re-verification compares with one person, however many there are.
    expect(policy.holdThreshold).toBe(few.holdThreshold);
  });

  it('never lowers a threshold that is higher already', () => {
    expect(forGallery(evidencePolicy(0.7), 1_000).threshold).toBe(0.7);
  });
});

describe('evidencePolicy', () => {
  it('orders its thresholds: hold, agree, strong', () => {
    for (const threshold of [0.2, 0.335, 0.412, 0.477, 0.9]) {
      const policy = evidencePolicy(threshold);
      expect(policy.holdThreshold).toBeLessThan(policy.threshold);
      expect(policy.strongThreshold).toBeGreaterThan(policy.threshold);
    }
  });
});

describe('trackPolicy', () => {
  it.each([0.5, 1, 2, 10, 30])('survives two missed frames at %d a second', (rate) => {
    expect(trackPolicy(rate).maxLost).toBeGreaterThanOrEqual(3_000 / rate - 1e-9);
  });
});
