import { describe, expect, it } from 'vitest';
import { choiceOf, readMinFace } from './smallest-face.ts';

describe('the smallest face', () => {
  it.each([
    ['20', 0.2],
    ['8', 0.08],
    ['6.5', 0.065],
    ['4.0', 0.04],
  ])('typed as %s percent is %d of the height', (typed, fraction) => {
    expect(readMinFace(typed)).toBe(fraction);
  });

  it.each([
    [0.2, '20'],
    [0.08, '8'],
    [0.04, '4'],
    [0.1, 'other'],
  ])('of %d stands in the list as %s', (fraction, choice) => {
    expect(choiceOf(fraction)).toBe(choice);
  });
});
