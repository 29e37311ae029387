import { describe, expect, it } from 'vitest';
import { type Books, type Card, judge, type Passing, type WrittenPunch } from './ledger.ts';

const T = Date.parse('2026-11-20T07:00:00Z');
const ann: Passing = { personId: 'ann', deviceId: 'front', from: T, to: T + 2_000 };
const card = (result: Card['result'], id = 's1', at = T + 500): Card => ({
  id,
  personId: 'ann',
  deviceId: 'front',
  result,
  at,
});
const punch = (over: Partial<WrittenPunch> = {}): WrittenPunch => ({
  sightingId: 's1',
  personId: 'ann',
  deviceId: 'front',
  at: T + 500,
  ...over,
});
const books = (over: Partial<Books>): Books => ({
  passings: [ann],
  cards: [],
  names: [],
  punches: [],
  clock: [],
  gap: 2_000,
  tolerance: 1_000,
  ...over,
});
const found = (over: Partial<Books>) => {
  const { lost, doubled, misdated, unsaved } = judge(books(over));
  return { lost: lost.length, doubled: doubled.length, misdated: misdated.length, unsaved };
};
const FINE = { lost: 0, doubled: 0, misdated: 0, unsaved: 0 };

describe('the ledger', () => {
  it('a card with its punch is in order and counts once, however often it was shown', () => {
    const all = books({ cards: [card('saved'), card('checked-in'), card('checked-in')], punches: [punch()] });
    expect(judge(all)).toEqual({
      told: 1,
      written: 1,
      lost: [],
      unsaved: 0,
      doubled: [],
      misdated: [],
      stories: [],
    });
  });

  it.each(['checked-in', 'checked-out', 'seen', 'saved', 'already-in'] as const)(
    'a card that says %s and has no punch is lost',
    (result) => {
      expect(found({ cards: [card(result)] })).toEqual({ ...FINE, lost: 1 });
    },
  );

  it('a check-in is lost even if another sighting of the person was booked', () => {
    expect(found({ cards: [card('checked-in', 's2')], punches: [punch()] })).toEqual({ ...FINE, lost: 1 });
  });

  it('a card "already" is in order only with the punch of that very time', () => {
    expect(found({ cards: [card('already-in', 's2')], punches: [punch()] })).toEqual(FINE);
    expect(found({ cards: [card('already-in', 's2', T + 501)], punches: [punch()] })).toEqual({
      ...FINE,
      lost: 1,
    });
  });

  it('a saved sighting that repeats a booked one is in order, and one of another time is lost', () => {
    expect(found({ cards: [card('saved', 's2', T + 1_900)], punches: [punch()] })).toEqual(FINE);
    expect(found({ cards: [card('saved', 's2', T + 2_600)], punches: [punch()] })).toEqual({
      ...FINE,
      lost: 1,
    });
  });

  it('a sighting that was never said to be saved is counted apart, and is not lost', () => {
    expect(found({ cards: [card('unsaved')] })).toEqual({ ...FINE, unsaved: 1 });
    expect(found({ cards: [card('unsaved'), card('saved')] })).toEqual({ ...FINE, lost: 1 });
  });

  it('a refusal by the rules of the door promises nothing', () => {
    expect(found({ cards: [card('ignored')] })).toEqual(FINE);
  });

  it('a name without a punch of its passing is lost, also if the person has other punches', () => {
    const names = [{ personId: 'ann', deviceId: 'front', heard: T + 700 }];
    expect(found({ names, punches: [punch()] })).toEqual(FINE);
    expect(found({ names })).toEqual({ ...FINE, lost: 1 });
    const later: Passing = { ...ann, from: T + 60_000, to: T + 62_000 };
    const other = punch({ at: T + 60_500 });
    expect(found({ names, passings: [ann, later], punches: [other] })).toEqual({ ...FINE, lost: 1 });
  });

  it('a punch at another door stands for a name only where it may be one that this passing repeats', () => {
    const names = [{ personId: 'ann', deviceId: 'front', heard: T + 700 }];
    const back: Passing = { ...ann, deviceId: 'back', from: T - 4_000, to: T - 1_500 };
    const before = (at: number) => ({
      names,
      passings: [back, ann],
      punches: [punch({ deviceId: 'back', at })],
    });
    expect(found(before(T - 2_000))).toEqual(FINE);
    expect(found(before(T - 2_001))).toEqual({ ...FINE, lost: 1 });
  });

  it('a late name may be of the passing before, where this one has only begun', () => {
    const again: Passing = { ...ann, from: T + 60_000, to: T + 62_000 };
    const at = (heard: number) => ({
      names: [{ personId: 'ann', deviceId: 'front', heard }],
      passings: [ann, again],
      punches: [punch()],
    });
    expect(found(at(T + 60_200))).toEqual(FINE);
    expect(found(at(T + 61_000))).toEqual({ ...FINE, lost: 1 });
  });

  it('what is lost is told with all that the books have around it', () => {
    const names = [{ personId: 'ann', deviceId: 'front', heard: T + 700 }];
    const [story] = judge(books({ names })).stories;
    expect(story).toContain('ann at front');
    expect(story).toContain('stood at front until');
    expect(story).toContain('name at front');
  });

  it('a name of somebody who was not there is a fault', () => {
    const names = [{ personId: 'bob', deviceId: 'front', heard: T + 700 }];
    expect(found({ names })).toEqual({ ...FINE, lost: 1 });
  });

  it('two punches of a person within the gap are doubled, and two passings are not', () => {
    expect(found({ punches: [punch(), punch({ sightingId: 's2', at: T + 1_800 })] })).toEqual({
      ...FINE,
      doubled: 1,
    });
    expect(found({ punches: [punch(), punch({ sightingId: null })] })).toEqual({ ...FINE, doubled: 1 });
    const again: Passing = { ...ann, deviceId: 'back', from: T + 4_000, to: T + 6_000 };
    const second = punch({ sightingId: 's2', deviceId: 'back', at: T + 4_400 });
    expect(found({ passings: [ann, again], punches: [punch(), second] })).toEqual(FINE);
  });

  it('a clock that is set back between two punches does not make them one, and they are not two for that alone', () => {
    const clock = [{ from: T + 3_000, offset: -7_000 }];
    const again: Passing = { ...ann, deviceId: 'back', from: T + 7_000, to: T + 9_000 };
    // Seven seconds later, when the clock shows the same time.
    const later = punch({ sightingId: 's2', deviceId: 'back', at: T + 7_500 - 7_000 });
    expect(found({ clock, passings: [ann, again], punches: [punch(), later] })).toEqual(FINE);
    const soon = punch({ sightingId: 's3', at: T + 1_500 });
    expect(found({ clock, passings: [ann, again], punches: [punch(), soon, later] })).toEqual({
      ...FINE,
      doubled: 1,
    });
  });

  it('two punches of one sighting are doubled, however far apart', () => {
    const again: Passing = { ...ann, from: T + 60_000, to: T + 62_000 };
    const second = punch({ at: T + 60_500 });
    expect(found({ passings: [ann, again], punches: [punch(), second] })).toEqual({ ...FINE, doubled: 1 });
  });

  it.each([
    ['more than a second before the person came', { at: T - 1_001 }],
    ['more than a second after the person went', { at: T + 3_001 }],
    ['of somebody else', { personId: 'bob' }],
    ['at another door', { deviceId: 'back' }],
  ])('a punch is misdated: %s', (_name, over) => {
    expect(found({ punches: [punch(over)] })).toEqual({ ...FINE, misdated: 1 });
  });

  it('a punch at another time than its card said is misdated, also if the person stood there', () => {
    expect(found({ cards: [card('saved')], punches: [punch({ at: T + 501 })] })).toEqual({
      ...FINE,
      misdated: 1,
    });
    expect(found({ cards: [card('saved'), card('already-in', 's1', T - 9)], punches: [punch()] })).toEqual(
      FINE,
    );
  });

  it('a punch within a second of the passing is dated well', () => {
    expect(found({ punches: [punch({ at: T - 999 })] })).toEqual(FINE);
    expect(found({ punches: [punch({ at: T + 2_999 })] })).toEqual(FINE);
  });

  it('while the clock of the server is moved, its time counts, and no other', () => {
    const clock = [
      { from: T - 5_000, offset: -3_600_000 },
      { from: T + 5_000, offset: 0 },
    ];
    expect(found({ clock, punches: [punch({ at: T + 500 - 3_600_000 })] })).toEqual(FINE);
    expect(found({ clock, punches: [punch()] })).toEqual({ ...FINE, misdated: 1 });
  });

  it('around the step of a clock, the time before it and the time after it count', () => {
    const clock = [{ from: T + 1_000, offset: 60_000 }];
    expect(found({ clock, punches: [punch()] })).toEqual(FINE);
    expect(found({ clock, punches: [punch({ at: T + 61_500 })] })).toEqual(FINE);
    expect(found({ clock, punches: [punch({ at: T + 30_000 })] })).toEqual({ ...FINE, misdated: 1 });
  });

  it('passings are told by a card or by a name, and not without', () => {
    const names = [{ personId: 'ann', deviceId: 'front', heard: T + 700 }];
    expect(judge(books({})).told).toBe(0);
    expect(judge(books({ names })).told).toBe(1);
    expect(judge(books({ cards: [card('saved')] })).told).toBe(1);
  });
});
