import { expect, it } from 'vitest';
import { DECISION_FRAMES } from '../protocol/decisions.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';
import { addToTrace, summaryOf, type TracedFrame } from './trace.ts';
import type { Trace } from './types.ts';

const policy = evidencePolicy(thresholds, '1e-4');
const measures = { eyeDistance: 60, sharpness: 90, brightness: 120, contrast: 40, score: 0.8 };

const frame = (at: number, more: Partial<TracedFrame> = {}): TracedFrame => ({
  at,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  measures,
  matches: [
    { personId: 'ann', similarity: policy.threshold + 0.1 },
    { personId: 'bob', similarity: 0.1 },
  ],
  live: null,
  ...more,
});

const traceOf = (frames: readonly TracedFrame[]): Trace =>
  frames.reduce<Trace | undefined>((trace, one) => addToTrace(trace, one, policy), undefined)!;

const summary = (frames: readonly TracedFrame[], of = ['ann']) =>
  summaryOf(traceOf(frames), policy, { of, live: null, challenge: null });

it('of any number of frames at most so many are kept, from the first to nearly the last, evenly apart', () => {
  for (const count of [1, DECISION_FRAMES, DECISION_FRAMES + 1, 100, 1_000]) {
    const { samples, frames } = summary(Array.from({ length: count }, (_, i) => frame(i * 100)));
    expect(frames.judged).toBe(count);
    expect(samples.length).toBeLessThanOrEqual(DECISION_FRAMES);
    expect(samples[0]!.ms).toBe(0);
    const steps = new Set(samples.slice(1).map(({ ms }, i) => ms - samples[i]!.ms));
    expect(steps.size).toBeLessThanOrEqual(1);
    expect(samples.at(-1)!.ms).toBeGreaterThanOrEqual(((count - 1) * 100) / 2);
  }
});

it('the counts are of all frames, also of those that are not kept', () => {
  const { frames, best } = summary([
    ...Array.from({ length: 40 }, (_, i) => frame(i * 100)),
    frame(4_000, { matches: [{ personId: 'ann', similarity: 0.99 }] }),
    frame(4_100, { matches: null, pose: { yaw: 60, pitch: 0, roll: 0 } }),
    frame(4_200, { matches: null, measures: { ...measures, eyeDistance: 5 } }),
    frame(4_300, { matches: null, measures: { ...measures, brightness: 20 } }),
    frame(4_400, { matches: null, measures: { ...measures, score: 0.1 } }),
  ]);
  expect(frames).toEqual({ judged: 45, compared: 41, agreeing: 41, far: 1, turned: 1, dark: 1, poor: 1 });
  expect(best!.similarity).toBe(0.99);
});

it('another person is another person, and no id leaves the analyzer', () => {
  const other = frame(100, { matches: [{ personId: 'bob', similarity: 0.9 }] });
  const one = summary([frame(0), other]);
  expect(one.samples.map(({ same }) => same)).toEqual([true, false]);
  expect(one.frames.agreeing).toBe(1);
  expect(JSON.stringify(one)).not.toMatch(/ann|bob/);
  expect(summary([frame(0)], []).samples[0]!.same).toBeNull();
});

it('a summary is small: what waits in the journal is bounded', () => {
  const many = Array.from({ length: 500 }, (_, i) => frame(i * 97.3, { live: 0.123_456 }));
  expect(JSON.stringify(summary(many)).length).toBeLessThan(2_600);
});
