import { describe, expect, it } from 'vitest';
import { arrived, began, createPace } from './pace.ts';

/** A small deterministic generator (a linear congruence), 0..1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Times at which analyses begin when pictures arrive at `fps`, each up to `jitter` ms early or late. */
function analyzes(rate: number, fps: number, seconds: number, jitter = 0, late = 0): number[] {
  const pace = createPace(rate);
  const next = random(7);
  const times: number[] = [];
  for (let i = 0; i < fps * seconds; i += 1) {
    const now = (i * 1000) / fps + (next() - 0.5) * 2 * jitter;
    if (arrived(pace, now)) {
      began(pace, now + next() * late);
      times.push(now);
    }
  }
  return times;
}

const gaps = (times: number[]) => times.slice(1).map((t, i) => t - (times[i] ?? 0));

describe('pace', () => {
  it.each([
    { rate: 10, fps: 30, jitter: 0, late: 0, want: 10 },
    { rate: 10, fps: 30, jitter: 12, late: 0, want: 10 },
    { rate: 5, fps: 15, jitter: 0, late: 0, want: 5 },
    { rate: 5, fps: 15, jitter: 25, late: 0, want: 5 },
    { rate: 5, fps: 15, jitter: 25, late: 60, want: 5 },
    { rate: 10, fps: 25, jitter: 10, late: 0, want: 10 },
    { rate: 10, fps: 15, jitter: 10, late: 0, want: 10 },
    { rate: 10, fps: 10, jitter: 20, late: 0, want: 10 },
    { rate: 30, fps: 15, jitter: 20, late: 0, want: 15 },
    { rate: 0.5, fps: 30, jitter: 10, late: 0, want: 0.5 },
  ])(
    'the pace makes $want analyses per second out of $fps pictures at a rate of $rate (jitter $jitter, late $late)',
    (c) => {
      const seconds = 60;
      const count = analyzes(c.rate, c.fps, seconds, c.jitter, c.late).length;
      expect(Math.abs(count / seconds - c.want)).toBeLessThanOrEqual(c.want * 0.01 + 1 / seconds);
    },
  );

  it('analyzes exactly every third picture of 30 per second at a rate of 10', () => {
    expect(gaps(analyzes(10, 30, 10)).every((gap) => Math.abs(gap - 100) < 1)).toBe(true);
  });

  it('analyzes the picture nearest to each due time, so the only jitter is that of the pictures', () => {
    const jitter = 20;
    const off = gaps(analyzes(5, 15, 60, jitter)).map((gap) => Math.abs(gap - 200));
    expect(Math.max(...off)).toBeLessThan(2 * jitter);
  });

  it('the pace makes up for at most one analysis after a pause', () => {
    const pace = createPace(10);
    expect(arrived(pace, 0)).toBe(true);
    began(pace, 0);
    const times: number[] = [];
    for (let now = 10_000; now < 11_000; now += 33) {
      if (arrived(pace, now)) {
        began(pace, now);
        times.push(now);
      }
    }
    expect(times.length).toBeLessThanOrEqual(12);
  });
});
