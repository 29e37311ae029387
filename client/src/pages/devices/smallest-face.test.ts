import { describe, expect, it } from 'vitest';
import { choiceOf, readMinFace } from './smallest-face.ts';

describe('the smallest face that a camera looks for', () => {
  it.each([
    ['20', 0.2],
    ['8', 0.08],
    ['6.5', 0.065],
    ['4.0', 0.04],
  ])('a smallest face typed as %s percent of the picture height is the fraction %d', (typed, fraction) => {
    expect(readMinFace(typed)).toBe(fraction);
  });

  it.each([
    [0.2, '20'],
    [0.08, '8'],
    [0.04, '4'],
    [0.1, 'other'],
  ])('a smallest face of the fraction %d is the choice %s', (fraction, choice) => {
    expect(choiceOf(fraction)).toBe(choice);
  });
});
