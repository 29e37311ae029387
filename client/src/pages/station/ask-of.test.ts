import { expect, it } from 'vitest';
import type { ObservedFace } from '#protocol/results.ts';
import { askOf } from './ask-of.ts';

const face = (size: number, ask?: string): ObservedFace => ({
  track: 1,
  box: [0, 0, size, size],
  landmarks: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  state: ask === undefined ? 'recognized' : 'one-of-two',
  ...(ask !== undefined && { ask }),
});

it('the station asks about the largest face that is one of two, however large others are', () => {
  expect(askOf([face(0.2, 'behind'), face(0.9), face(0.4, 'in front')])).toBe('in front');
  expect(askOf([face(0.9)])).toBeNull();
  expect(askOf([])).toBeNull();
});
