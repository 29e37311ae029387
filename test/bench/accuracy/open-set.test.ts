import { describe, expect, it } from 'vitest';
import { decide, identifiedAt, type OpenSetScores, rankOne } from './open-set.ts';

const NOBODY = Number.NEGATIVE_INFINITY;

/** Five known probes and four strangers. The fourth probe is more similar to another person; the fifth has no face. */
const scores: OpenSetScores = {
  known: [
    { own: 0.9, other: 0.2 },
    { own: 0.6, other: 0.1 },
    { own: 0.4, other: 0.35 },
    { own: 0.3, other: 0.5 },
    { own: NOBODY, other: NOBODY },
  ],
  strangers: [
    { best: 0.55, second: 0.5 },
    { best: 0.38, second: 0.1 },
    { best: 0.2, second: 0.1 },
    { best: NOBODY, second: NOBODY },
  ],
};

it('rank-1 counts the probes whose best match is their own person', () => {
  expect(rankOne(scores)).toBeCloseTo(3 / 5);
});

describe('TPIR at FPIR', () => {
  it.each([
    // No stranger may pass: the threshold is the highest of them.
    { fpir: 0, threshold: 0.55, tpir: 2 / 5 },
    { fpir: 0.2, threshold: 0.55, tpir: 2 / 5 },
    // One of four may.
    { fpir: 0.25, threshold: 0.38, tpir: 3 / 5 },
    // A person who looks more like another one is lost at any threshold, and so is a person who was not seen.
    { fpir: 0.5, threshold: 0.2, tpir: 3 / 5 },
    { fpir: 1, threshold: NOBODY, tpir: 3 / 5 },
  ])('TPIR at an FPIR of $fpir is $tpir', ({ fpir, threshold, tpir }) => {
    expect(identifiedAt(scores, fpir)).toStrictEqual({ threshold, tpir });
  });
});

describe('a rule', () => {
  it('a rule names no person below the threshold or without the margin', () => {
    expect(decide(scores, { threshold: 0.4, margin: 0.1 })).toStrictEqual({
      missed: 2 / 5,
      misnamed: 1 / 5,
      strangersNamed: 0,
    });
  });

  it('a rule accepts a match that reaches threshold and margin exactly', () => {
    const rule = { threshold: 0.4, margin: 0 };
    expect(decide(scores, rule)).toStrictEqual({ missed: 1 / 5, misnamed: 1 / 5, strangersNamed: 1 / 4 });
  });

  it('a rule never names a picture without a face', () => {
    const unseen = { own: NOBODY, other: NOBODY };
    const nobody = { known: [unseen], strangers: [{ best: NOBODY, second: NOBODY }] };
    expect(decide(nobody, { threshold: -1, margin: 0 })).toStrictEqual({
      missed: 1,
      misnamed: 0,
      strangersNamed: 0,
    });
  });
});
