import { describe, expect, it } from 'vitest';
import type { OpenSet } from '../accuracy/lfw-mini.ts';
import { compare, type Contender } from './compare.ts';

/** Two people with two enrolled pictures and one probe each, and one stranger: seven pictures. */
const set: OpenSet = {
  people: [
    { name: 'Ann', gallery: ['a1', 'a2'], probe: ['a3'] },
    { name: 'Bob', gallery: ['b1', 'b2'], probe: ['b3'] },
  ],
  strangers: ['s1'],
};
const unit = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const vectors = (degrees: (number | null)[]) =>
  new Map(degrees.map((angle, i) => [i, angle === null ? null : unit(angle)]));

function contender(name: string, ours: boolean, degrees: (number | null)[], ms: number): Contender {
  return {
    name,
    ours,
    pictures: degrees.length,
    child: { backend: 'paper', vectors: vectors(degrees), times: [ms, ms, ms], peak: 100 },
  };
}

/** a1 a2 a3 b1 b2 b3 s1 */
const good = contender('ours', true, [0, 20, 10, 90, 110, 100, 50], 10);
const slow = contender('slow', false, [0, 20, 10, 90, 110, 100, 11], 40);
const blind = contender('blind', false, [0, 20, null, 90, 110, 100, 50], 20);

const figure = (result: ReturnType<typeof compare>, name: string, metric: string) =>
  result.rows.find((row) => row.case === name && row.metric === metric)?.value;

describe('a comparison', () => {
  const result = compare(set, [good, slow, blind], 'ours');

  it('a comparison has the accuracy of each library', () => {
    expect(figure(result, 'ours', 'rank-1')).toBe(100);
    expect(figure(result, 'ours', 'TPIR at FPIR 1 %')).toBe(100);
    // The stranger is 9 degrees from one of Ann's enrolled pictures, and her probe is 10 degrees from both. The probe is
    // nearer only to the mean of the two.
    expect(figure(result, 'slow', 'TPIR at FPIR 1 %')).toBe(100);
    // For a picture without a face, no person is found.
    expect(figure(result, 'blind', 'rank-1')).toBe(50);
    expect(figure(result, 'blind', 'TPIR at FPIR 1 %')).toBe(50);
    expect(figure(result, 'blind', 'no face')).toBeCloseTo(100 / 7);
  });

  it('a comparison gives times as ratios to the chosen pack', () => {
    expect(figure(result, 'slow', 'time ÷ ours')).toBe(4);
    expect(figure(result, 'ours', 'time ÷ ours')).toBe(1);
  });

  it('a comparison says where Muster is not better', () => {
    expect(result.notes.at(-1)).toBe(
      'ours is more accurate than each but slow, and 3 times as fast and more than each but blind (2.0 times and more).',
    );
  });
});

const few = (degrees: number[]): Contender => contender('few', false, degrees, 1_000);

describe('libraries that saw only some pictures', () => {
  it('a library takes the accuracy of the one with the same vectors', () => {
    const result = compare(set, [good, blind, few([0, 20])], 'ours');
    expect(figure(result, 'few', 'rank-1')).toBe(100);
    expect(result.notes[0]).toBe(
      'few: 2 pictures only. Its vectors are those of ours, and so is its accuracy.',
    );
  });

  it('a library without a twin has no accuracy', () => {
    const result = compare(set, [good, few([0, 21])], 'ours');
    expect(figure(result, 'few', 'rank-1')).toBeNaN();
    expect(result.notes[0]).toContain('those of no other');
  });
});
