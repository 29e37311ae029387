import { describe, expect, it } from 'vitest';
import { LookAlikeQuestions } from '../attendance/look-alike-questions.ts';
import type { PairSighting } from '../protocol/analyzer.ts';
import type { ObservedFace } from '../protocol/results.ts';
import { named } from './sightings.ts';

const sighting: PairSighting = {
  id: 'run/door/1/amy+ann',
  cameraId: 'door',
  track: 1,
  at: 0,
  frames: 3,
  live: null,
  people: [
    { personId: 'amy', similarity: 0.6, margin: 0.3 },
    { personId: 'ann', similarity: 0.6, margin: 0.3 },
  ],
};
const face: ObservedFace = {
  track: 1,
  box: [0, 0, 1, 1],
  landmarks: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  state: 'one-of-two',
  oneOf: ['amy', 'ann'],
  sighting: sighting.id,
};
const inbox = { isSafe: () => true };
const people = { nameOf: (id: string) => `Name of ${id}` };

describe('what a station shows of one of two look-alikes', () => {
  it('a station gets the question, and neither name nor id of either of the two', () => {
    const questions = new LookAlikeQuestions();
    questions.add(sighting);
    const shown = named(face, inbox, people, questions);
    expect(shown).toMatchObject({ state: 'one-of-two', ask: expect.any(String) as string });
    expect(JSON.stringify(shown)).not.toMatch(/amy|ann|Name of/);
  });

  it('a station shows the name of the one who has answered, and not that of the other', () => {
    const questions = new LookAlikeQuestions();
    questions.add(sighting);
    const { ask } = named(face, inbox, people, questions);
    questions.decide('door', ask!, 'ann');
    const shown = named(face, inbox, people, questions);
    expect(shown).toMatchObject({ state: 'recognized', personId: 'ann', name: 'Name of ann' });
    expect(JSON.stringify(shown)).not.toMatch(/amy/);
  });

  it('where nothing can be asked, the face is unknown', () => {
    const shown = named(face, inbox, people, new LookAlikeQuestions());
    expect(shown.state).toBe('unknown');
    expect(JSON.stringify(shown)).not.toMatch(/amy|ann|Name of/);
  });
});
