import { describe, expect, it } from 'vitest';
import { parsePairs, scorePairs } from './lfw-pairs.ts';

const TEXT = ['2\t1', 'Ann\t1\t4', 'Ann\t1\tBob\t12', 'Bob\t2\t3', 'Cy_Dee\t1\tAnn\t2', ''].join('\n');

describe('pairs.txt', () => {
  it('pairs.txt is read fold by fold, matching pairs first', () => {
    expect(parsePairs(TEXT)).toStrictEqual([
      [
        { one: { name: 'Ann', number: 1 }, two: { name: 'Ann', number: 4 }, same: true },
        { one: { name: 'Ann', number: 1 }, two: { name: 'Bob', number: 12 }, same: false },
      ],
      [
        { one: { name: 'Bob', number: 2 }, two: { name: 'Bob', number: 3 }, same: true },
        { one: { name: 'Cy_Dee', number: 1 }, two: { name: 'Ann', number: 2 }, same: false },
      ],
    ]);
  });

  it.each([
    ['', /0 pairs/],
    ['2 1\nAnn 1 2', /1 pairs, which contradicts its first line "2 1"/],
    ['1 1\nAnn 1\nAnn 1 Bob 2', /line 2: "Ann 1" is no pair of one person/],
    ['1 1\nAnn 1 2\nAnn 1 Bob', /line 3: .* is no pair of two people/],
    ['1 1\nAnn 1 x\nAnn 1 Bob 2', /line 2/],
  ])('%j is refused', (text, fault) => {
    expect(() => parsePairs(text)).toThrow(fault);
  });
});

it('a pair with a photograph without a face has the similarity −1', () => {
  const vectors = new Map([
    ['Ann 1', Float32Array.of(1, 0)],
    ['Ann 4', Float32Array.of(0.6, 0.8)],
  ]);
  const pairs = {
    folds: parsePairs(TEXT).slice(0, 1),
    fileOf: ({ name, number }: { name: string; number: number }) => `${name} ${number}`,
  };
  const scored = scorePairs(
    pairs,
    (file) => vectors.get(file) ?? null,
    (a, b) => a[0]! * b[0]! + a[1]! * b[1]!,
  );
  expect(scored).toStrictEqual([
    [
      { score: expect.closeTo(0.6), same: true },
      { score: -1, same: false },
    ],
  ]);
});
