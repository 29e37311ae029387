import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';

it.each([
  [0, 250],
  [1, 500],
  [4, 4_000],
  [6, 10_000],
  [1e9, 10_000],
])('after %i earlier failures a back-off from 250 ms to 10 s waits %i ms', (earlier, wait) => {
  expect(backoff({ first: 250, cap: 10_000 }, earlier)).toBe(wait);
});

it('a back-off without a first wait never waits, even after a million failures', () => {
  expect(backoff({ first: 0, cap: 10_000 }, 1e6)).toBe(0);
});
