import { describe, expect, it } from 'vitest';
import { BACKOFF, waitAfter } from './sign-in-backoff.ts';

describe('how long one waits after failures in a row', () => {
  it('is nothing at first, then twice as long each time, and never longer than the cap', () => {
    const seconds = Array.from({ length: 13 }, (_, failures) => waitAfter(BACKOFF.name, failures) / 1000);
    expect(seconds).toEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    expect(waitAfter(BACKOFF.name, 1e9)).toBe(BACKOFF.name.cap);
  });

  it('lets no more than a hundred tries at one name a day, once it counts', () => {
    expect((24 * 3_600_000) / BACKOFF.name.cap).toBeLessThanOrEqual(100);
  });

  it('is easier on an address that an office shares', () => {
    expect(waitAfter(BACKOFF.address, 19)).toBe(0);
    expect(waitAfter(BACKOFF.address, 20)).toBeGreaterThan(0);
  });
});
