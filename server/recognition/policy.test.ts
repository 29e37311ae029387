import { describe, expect, it } from 'vitest';
import type { Thresholds } from '../vision/pack.ts';
import { evidencePolicy, forGallery, trackPolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';

const RATES = ['1e-3', '1e-4', '1e-5'] as const;
/** A pack whose similarities are lower and closer together. */
const other: Thresholds = { '1e-3': 0.25, '1e-4': 0.31, '1e-5': 0.36 };

describe('forGallery', () => {
  it.each([
    { people: 0, threshold: 0.412 },
    { people: 30, threshold: 0.412 },
    { people: 300, threshold: 0.483 },
    { people: 3_000, threshold: 0.554 },
    { people: 1_000_000, threshold: 0.601_25 },
  ])('forGallery sets the threshold to $threshold for $people people', ({ people, threshold }) => {
    const few = evidencePolicy(thresholds, '1e-4');
    const policy = forGallery(few, people);
    expect(policy.threshold).toBeCloseTo(threshold, 9);
    expect(policy.strongThreshold - policy.threshold).toBeCloseTo(few.strongThreshold - few.threshold, 9);
    // Re-verification compares with one person, however many people there are.
    expect(policy.holdThreshold).toBe(few.holdThreshold);
  });

  it('forGallery raises the threshold in steps of the pack, up to a similarity that people still reach', () => {
    const few = evidencePolicy(other, '1e-4');
    expect(forGallery(few, 300).threshold).toBeCloseTo(0.31 + 0.055, 9);
    expect(forGallery(few, 1_000_000).threshold).toBeCloseTo(0.36 + 1.75 * 0.055, 9);
  });

  it('forGallery never lowers a threshold that is higher already', () => {
    const few = { ...evidencePolicy(thresholds, '1e-5'), threshold: 0.7 };
    expect(forGallery(few, 1_000).threshold).toBe(0.7);
  });
});

describe('evidencePolicy', () => {
  it('evidencePolicy has the values with which the default pack was tested', () => {
    const policy = evidencePolicy(thresholds, '1e-4');
    expect(policy.threshold).toBe(0.412);
    for (const [value, tried] of [
      [policy.strongThreshold, 0.542],
      [policy.holdThreshold, 0.362],
      [policy.margin, 0.05],
      [policy.highestThreshold, 0.6],
    ] as const) {
      expect(Math.abs(value - tried)).toBeLessThan(0.01);
    }
  });

  it('evidencePolicy keeps its thresholds in order at 1e-6 if the pack has it: one frame alone needs a decade more', () => {
    const strictest = { ...thresholds, '1e-6': 0.55 };
    const policy = evidencePolicy(strictest, '1e-6');
    expect(policy.threshold).toBe(0.55);
    expect(policy.strongThreshold).toBeCloseTo(0.55 + policy.decade, 9);
    expect(forGallery(policy, 1_000_000).threshold).toBeGreaterThanOrEqual(0.55);
    // Rates beyond the chosen one change nothing else.
    expect(evidencePolicy(strictest, '1e-4')).toEqual(evidencePolicy(thresholds, '1e-4'));
    expect(() => evidencePolicy(thresholds, '1e-6')).toThrow(/1e-6/);
  });

  it('evidencePolicy derives all similarities from the pack', () => {
    const policy = evidencePolicy(other, '1e-4');
    expect(policy.threshold).toBe(0.31);
    expect(policy.strongThreshold).toBeCloseTo(0.415, 9);
    expect(policy.holdThreshold).toBeCloseTo(0.2715, 9);
    expect(policy.margin).toBeCloseTo(0.0385, 9);
  });

  it.each(RATES)(
    'evidencePolicy orders its thresholds at %s (hold, agree, strong), each a clear step above the one before',
    (far) => {
      for (const pack of [thresholds, other]) {
        const policy = evidencePolicy(pack, far);
        expect(policy.threshold - policy.holdThreshold).toBeGreaterThan(0.6 * policy.decade);
        expect(policy.strongThreshold - policy.threshold).toBeGreaterThan(0.99 * policy.decade);
      }
    },
  );
});

describe('trackPolicy', () => {
  it.each([0.5, 1, 2, 10, 30])('a track survives two missed frames at %d frames per second', (rate) => {
    expect(trackPolicy(rate).maxLost).toBeGreaterThanOrEqual(3_000 / rate - 1e-9);
  });
});
