import { beforeEach, describe, expect, it } from 'vitest';
import type { PairSighting } from '../protocol/analyzer.ts';
import { LookAlikeQuestions } from './look-alike-questions.ts';

/** As docs/limits.md says. */
const [wrongNumbers, answerTime, most] = [5, 30_000, 200];

let now: number;
let questions: LookAlikeQuestions;

beforeEach(() => {
  now = 1_000;
  questions = new LookAlikeQuestions({ now: () => now });
});

function sighting(track = 1, more: Partial<PairSighting> = {}): PairSighting {
  return {
    id: `run/door/${track}/amy+ann`,
    cameraId: 'door',
    track,
    at: 5_000,
    frames: 3,
    live: null,
    people: [
      { personId: 'amy', similarity: 0.6, margin: 0.3 },
      { personId: 'ann', similarity: 0.58, margin: 0.28 },
    ],
    ...more,
  };
}

/** The question that the station would show. */
function ask(of = sighting()): string {
  const state = questions.seen(of.id);
  if (!state || !('ask' in state)) throw new Error('nothing is asked');
  return state.ask;
}

const OVER = expect.objectContaining({ code: 'wrong-state' }) as Error;

describe('the question which of two look-alikes it is', () => {
  it('a question is decided for one of the two, with the evidence for that one, and for nobody else', () => {
    questions.add(sighting());
    const asked = ask();
    questions.begin('door', asked);
    expect(questions.decide('door', asked, 'cid')).toBeNull();
    expect(questions.decide('door', asked, 'ann')).toEqual({
      sighting: sighting(),
      person: { personId: 'ann', similarity: 0.58, margin: 0.28 },
    });
    expect(questions.seen(sighting().id)).toEqual({ personId: 'ann' });
    // The same answer again is a repetition; the other one would be a second person for one face.
    expect(questions.decide('door', asked, 'ann')).not.toBeNull();
    expect(questions.decide('door', asked, 'amy')).toBeNull();
  });

  it('a question belongs to one station', () => {
    questions.add(sighting());
    expect(() => questions.begin('another door', ask())).toThrow(OVER);
    expect(questions.decide('another door', ask(), 'ann')).toBeNull();
  });

  it('a question can be answered while the face is there and for 30 s after that', () => {
    questions.add(sighting());
    const asked = ask();
    now += answerTime + 1;
    ask();
    now += answerTime;
    questions.begin('door', asked);
    now += 1;
    expect(() => questions.begin('door', asked)).toThrow(OVER);
  });

  it('a face is not asked about any more after 5 wrong numbers, however many come at once', () => {
    questions.add(sighting());
    const asked = ask();
    for (let i = 0; i < wrongNumbers; i += 1) questions.begin('door', asked);
    expect(() => questions.begin('door', asked)).toThrow(OVER);
    expect(questions.seen(sighting().id)).toBeNull();
    questions.giveBack('door', asked);
    expect(ask()).toBe(asked);
  });

  it('the same face seen again continues its question, and asks anew once it was answered', () => {
    questions.add(sighting());
    const asked = ask();
    questions.begin('door', asked);
    questions.add(sighting());
    expect(ask()).toBe(asked);
    questions.decide('door', asked, 'ann');
    questions.add(sighting());
    expect(ask()).not.toBe(asked);
  });

  it('nothing is kept of a person who was removed, nor of faces that nobody will see again', () => {
    questions.add(sighting(1));
    questions.forget('amy');
    expect(questions.seen(sighting(1).id)).toBeNull();
    questions.add(sighting(2));
    now += 11 * 60_000;
    questions.add(sighting(3));
    expect(questions.seen(sighting(2).id)).toBeNull();
    expect(questions.seen(sighting(3).id)).not.toBeNull();
  });

  it('at most 200 questions are open: the face that was unseen for the longest time is forgotten', () => {
    for (let track = 0; track < most; track += 1) questions.add(sighting(track));
    questions.seen(sighting(0).id);
    questions.add(sighting(most));
    expect(questions.seen(sighting(0).id)).not.toBeNull();
    expect(questions.seen(sighting(1).id)).toBeNull();
  });
});
