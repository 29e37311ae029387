import { afterEach, expect, it, vi } from 'vitest';
import { steadyNow, wallTimeOf } from './steady-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('the steady clock does not move when the wall clock is set, and its readings are told by the new one', () => {
  const before = steadyNow();
  vi.useFakeTimers({ toFake: ['Date'] });
  const set = Date.now() - 3_600_000;
  vi.setSystemTime(set);
  const after = steadyNow();
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after - before).toBeLessThan(60_000);
  // As long ago by the wall clock as by the steady one, give or take the reading itself.
  expect(Math.abs(wallTimeOf(before) - (set - (after - before)))).toBeLessThan(60_000);
  expect(wallTimeOf(before)).toBeLessThanOrEqual(set);
});
