import { describe, expect, it } from 'vitest';
import { BACKOFF, waitAfter } from './sign-in-backoff.ts';

describe('the wait after failed sign-ins in a row', () => {
  it('the wait after failed sign-ins is zero at first, then doubles each time, and is never longer than the cap', () => {
    const seconds = Array.from({ length: 13 }, (_, failures) => waitAfter(BACKOFF.name, failures) / 1000);
    expect(seconds).toEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    expect(waitAfter(BACKOFF.name, 1e9)).toBe(BACKOFF.name.cap);
  });

  it('the wait after failed sign-ins allows at most a hundred tries for one user name a day at the cap', () => {
    expect((24 * 3_600_000) / BACKOFF.name.cap).toBeLessThanOrEqual(100);
  });

  it('the wait after failed sign-ins begins later for an address, which a whole office may share', () => {
    expect(waitAfter(BACKOFF.address, 19)).toBe(0);
    expect(waitAfter(BACKOFF.address, 20)).toBeGreaterThan(0);
  });
});
