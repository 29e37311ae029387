import { expect, it } from 'vitest';
import { restartDelay } from './restart-delay.ts';

it.each([
  [0, 0],
  [1, 0],
  [2, 250],
  [3, 500],
  [6, 4_000],
  [8, 10_000],
  [5_000, 10_000],
])('after %i short lives in a row the next start waits %i ms', (shortLives, delay) => {
  expect(restartDelay(shortLives)).toBe(delay);
});
