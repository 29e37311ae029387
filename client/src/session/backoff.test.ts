import { describe, expect, it } from 'vitest';
import { BACKOFF, backoffDelay, pause } from './backoff.ts';

describe('back-off', () => {
  it.each([
    { attempt: 0, random: 0, delay: 125 },
    { attempt: 0, random: 1, delay: 250 },
    { attempt: 1, random: 0.5, delay: 375 },
    { attempt: 3, random: 1, delay: 2000 },
    { attempt: 6, random: 0, delay: 5000 },
    { attempt: 6, random: 1, delay: 10_000 },
    { attempt: 5000, random: 1, delay: 10_000 },
  ])('attempt $attempt with chance $random waits $delay ms', ({ attempt, random, delay }) => {
    expect(backoffDelay(attempt, random)).toBe(delay);
  });

  it('back-off never waits longer than the cap, nor less than half of the first step', () => {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const delay = backoffDelay(attempt);
      expect(delay).toBeLessThanOrEqual(BACKOFF.longest);
      expect(delay).toBeGreaterThanOrEqual(BACKOFF.first / 2);
    }
  });

  it('a pause ends at once when it is aborted, before or during', async () => {
    const before = AbortSignal.abort();
    await expect(pause(60_000, before)).rejects.toThrow('Stopped');
    const during = new AbortController();
    const waiting = pause(60_000, during.signal);
    during.abort();
    await expect(waiting).rejects.toThrow('Stopped');
  });
});
