import { expect, it } from 'vitest';
import { bestOf, DeviceClock } from './device-clock.ts';

const comparison = (roundTrip: number, wall: number, monotonic: number) => ({
  anchor: { page: 'a', wall, monotonic, server: 0 },
  roundTrip,
});

it('the comparison with the shortest round trip counts', () => {
  const best = comparison(8, 2_000, 1_000);
  expect(bestOf([comparison(40, 1_000, 0), best, comparison(300, 3_000, 2_000)])).toBe(best);
  expect(bestOf([])).toBeNull();
});

it('comparisons from before the wall clock was set do not count', () => {
  const now = comparison(50, 3_603_000, 2_000);
  expect(bestOf([comparison(8, 2_000, 1_000), now])).toBe(now);
});

it('a slow answer is dated to its middle', () => {
  const clock = new DeviceClock();
  expect(clock.anchor).toBeNull();
  const before = Date.now();
  clock.compare(before + 3_600_000, 200);
  const { server, wall, page } = clock.anchor!;
  expect(page).toBe(clock.page);
  expect(server).toBe(before + 3_600_100);
  expect(wall).toBeGreaterThanOrEqual(before);
});
