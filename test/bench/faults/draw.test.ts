import { expect, it } from 'vitest';
import { dealt, Draw } from './draw.ts';

const KINDS = ['a', 'b', 'c', 'd', 'e'];

const of = (seed: number) => dealt(KINDS, 40, new Draw(seed)).join('');

it('the same seed draws the same faults, and another seed draws others', () => {
  expect(of(7)).toBe(of(7));
  expect(of(8)).not.toBe(of(7));
});

it('every kind comes once before any of them comes again', () => {
  const drawn = dealt(KINDS, 12, new Draw(3));
  expect(drawn).toHaveLength(12);
  expect(drawn.slice(0, 5).toSorted()).toEqual(KINDS);
  expect(drawn.slice(5, 10).toSorted()).toEqual(KINDS);
});
