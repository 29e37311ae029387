import { describe, expect, it } from 'vitest';
import { DECISION_KINDS, type DecisionRow } from '#protocol/decisions.ts';
import { kindText, remedyTexts, whyText } from './why-text.ts';

type Numbers = Parameters<typeof whyText>[0];

const numbers = (kind: DecisionRow['kind'], more: Partial<Numbers> = {}): Numbers => ({
  kind,
  frames: { judged: 9, compared: 6, agreeing: 4, far: 0, turned: 0, dark: 0, poor: 0 },
  best: { similarity: 0.58, margin: 0.31, quality: 0.8 },
  live: null,
  challenge: null,
  thresholds: {
    similarity: 0.43,
    strong: 0.61,
    margin: 0.05,
    agreeing: 3,
    quality: 0.3,
    yaw: 35,
    pitch: 35,
    live: null,
    doubt: null,
  },
  ...more,
});
const photo = { ...numbers('not-live').thresholds, live: 0.5, doubt: 0.25 };

describe('the sentence of a decision', () => {
  it.each<[name: string, decision: Numbers, sentence: RegExp]>([
    [
      'recognized',
      numbers('recognized'),
      /0\.58, where 0\.43 is needed.*0\.31 ahead.*4 frames agreed, where 3/,
    ],
    [
      'recognized by one strong frame',
      numbers('recognized', {
        best: { similarity: 0.7, margin: 0.4, quality: 0.9 },
        frames: { ...numbers('recognized').frames, agreeing: 1 },
      }),
      /From 0\.61 on, one frame is enough/,
    ],
    [
      'recognized after a challenge',
      numbers('challenge-passed', { challenge: { made: 2, asked: 2, fault: null } }),
      /0\.58.*The movements of the quick check were made\./,
    ],
    [
      'recognized by its depth',
      numbers('recognized', { depth: { measured: 7.3, needed: 5 } }),
      /moved as a head does and no picture can: depth 7\.3, where 5\.0/,
    ],
    [
      'a still face that made the movement',
      numbers('challenge-passed', {
        challenge: { made: 1, asked: 1, fault: null },
        depth: { measured: 0.2, needed: 5 },
      }),
      /were made\. The face moved too little to tell a head from a picture: depth 0\.2/,
    ],
    [
      'a print that was turned',
      numbers('challenge-failed', {
        challenge: { made: 0, asked: 1, fault: 'flat' },
        depth: { measured: -8, needed: 5 },
      }),
      /The face moved as a picture does: depth [-−]8\.0/,
    ],
    [
      'a challenge that took too long',
      numbers('challenge-failed', { challenge: { made: 1, asked: 2, fault: 'time' } }),
      /1 of 2 movements.*The time was up\./,
    ],
    [
      'a challenge that was left',
      numbers('challenge-failed', { challenge: { made: 0, asked: 2, fault: 'left' } }),
      /0 of 2 movements.*left the picture/,
    ],
    ['one of two', numbers('one-of-two'), /two people who look alike.*less than 0\.05 apart/],
    ['a picture', numbers('not-live', { live: 0.12, thresholds: photo }), /liveness 0\.12, where 0\.50/],
    ['a picture without enough looks', numbers('not-live', { thresholds: photo }), /Too few frames.*0\.50/],
    [
      'a stranger',
      numbers('unknown', { best: { similarity: 0.21, margin: 0.02, quality: 0.8 } }),
      /0\.21, where 0\.43 is needed/,
    ],
    [
      'between two people',
      numbers('unknown', { best: { similarity: 0.5, margin: 0.01, quality: 0.8 } }),
      /almost equally similar: 0\.01 apart, where 0\.05/,
    ],
    ['too few frames', numbers('unknown'), /of 6 frames.*at least 3 must name the same person/],
    ['nobody enrolled', numbers('unknown', { best: null }), /Nobody is enrolled/],
    [
      'never compared',
      numbers('unknown', { best: null, frames: { ...numbers('unknown').frames, compared: 0 } }),
      /No frame was good enough/,
    ],
  ])('of %s', (_name, decision, sentence) => {
    expect(whyText(decision)).toMatch(sentence);
  });

  it.each(DECISION_KINDS)('%s has a name, and says what to do where the face was not let in', (kind) => {
    expect(kindText(kind)).not.toBe(kind);
    const isIn = kind === 'recognized' || kind === 'challenge-passed';
    expect(remedyTexts(numbers(kind)).length > 0).toBe(!isIn);
  });

  it('says what kept the face from being compared, where that was in many frames', () => {
    const frames = { ...numbers('unknown').frames, judged: 12, far: 6, turned: 5, dark: 1, poor: 0 };
    const remedies = remedyTexts(numbers('unknown', { frames })).join(' ');
    expect(remedies).toMatch(/Come closer/);
    expect(remedies).toMatch(/more than 35°/);
    expect(remedies).not.toMatch(/light/);
  });

  it('names nobody but the person of the decision', () => {
    for (const kind of DECISION_KINDS) expect(whyText(numbers(kind))).not.toMatch(/[A-Z][a-z]+ [A-Z][a-z]+/);
  });
});
