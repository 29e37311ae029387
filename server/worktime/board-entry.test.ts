import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWork } from '../../test/support/any-work.ts';
import { derive, punchesOf, type TableOptions, WEEK } from '../../test/support/day-tables.ts';
import { MINUTE } from '../time/durations.ts';
import { boardEntry } from './board-entry.ts';
import { workDateAt } from './calendar.ts';
import { workDays } from './work-days.ts';

const SITE = { timeZone: 'Europe/Berlin', turnsAt: 4 };

/** The state on the board of a day of `WEEK` at a moment; of the current work date where no day is named. */
function stateAt(punches: string, moment: string, options: TableOptions & { day?: string } = {}): string {
  const now = punchesOf(moment)[0]!.at;
  const today = workDateAt(now, SITE);
  const date = options.day ? WEEK[options.day]! : today;
  const days = derive(
    punchesOf(punches).filter(({ at }) => at <= now),
    options,
  );
  return boardEntry(days, options.reading ?? 'first-and-last', { date, today, now }).state;
}

const night = { Mon: '18:00-06:00' };

describe('the board of today', () => {
  // prettier-ignore
  it.each([
    ['in', 'Mon 08:00', 'Mon 09:00', 'here'],
    ['out for lunch', 'Mon 08:00, Mon 12:00', 'Mon 12:10', 'left'],
    ['back from lunch', 'Mon 08:00, Mon 12:00, Mon 12:40', 'Mon 13:00', 'here'],
    ['in by the in door', 'Mon in 08:00', 'Mon 09:00', 'here'],
    ['out, and the arrival is missing', 'Mon out 17:00', 'Mon 17:10', 'left'],
    ['in for 13 hours', 'Mon 08:00', 'Mon 21:00', 'here'],
    ['in for longer', 'Mon 08:00', 'Mon 21:01', 'missing-departure'],
    ['on the day after a day', 'Mon 08:00, Mon 17:00', 'Tue 07:00', 'not-seen'],
    ['on the day after a missing departure', 'Mon 08:00', 'Tue 07:00', 'not-seen'],
    ['in the middle of a night, before the turn', 'Mon 22:00', 'Tue 03:00', 'here'],
    ['in the middle of a night, after the turn', 'Mon 22:00', 'Tue 05:00', 'here'],
    ['in the break of a night, after the turn', 'Mon in 22:00, Tue out 04:30', 'Tue 04:40', 'not-seen'],
    ['back from the break of a night, after the turn', 'Mon in 22:00, Tue out 04:30, Tue in 05:00', 'Tue 05:10', 'here'],
    ['after a night', 'Mon 22:00, Tue 06:00', 'Tue 07:00', 'not-seen'],
    ['never', 'Wed 08:00', 'Mon 07:00', 'not-seen'],
  ])('in-and-out: %s', (_, punches, moment, state) => {
    expect(stateAt(punches, moment, { reading: 'in-and-out' })).toBe(state);
  });

  // prettier-ignore
  it.each([
    ['one passing', 'Mon 08:00', 'Mon 09:00', 'seen'],
    ['several passings', 'Mon 08:00, Mon 12:00, Mon 12:40', 'Mon 18:00', 'seen'],
    ['in by the in door', 'Mon in 08:00', 'Mon 09:00', 'here'],
    ['out by the out door', 'Mon in 08:00, Mon out 17:00', 'Mon 18:00', 'left'],
    ['"leaving" said at an automatic door', 'Mon 08:00, Mon out 12:00', 'Mon 12:10', 'left'],
    ['back after "leaving"', 'Mon 08:00, Mon out 12:00, Mon 12:40', 'Mon 13:00', 'seen'],
    ['in the middle of a night, after the turn', 'Mon 22:00', 'Tue 05:00', 'seen'],
    ['an evening seen once, the next morning', 'Mon 20:00', 'Tue 06:31', 'not-seen'],
    ['after a day that ended in the evening', 'Mon 14:00, Mon 22:00', 'Tue 05:00', 'not-seen'],
  ])('first-and-last: %s', (_, punches, moment, state) => {
    expect(stateAt(punches, moment)).toBe(state);
  });

  it('a planned night of twelve hours continues although the date has turned', () => {
    expect(stateAt('Mon 17:55', 'Tue 05:00', { plan: night })).toBe('seen');
    expect(stateAt('Mon 17:55', 'Tue 05:00', { plan: night, reading: 'in-and-out' })).toBe('here');
  });

  it('shows the date on which a night began', () => {
    const now = punchesOf('Tue 05:00')[0]!.at;
    const time = { date: WEEK['Tue']!, today: WEEK['Tue']!, now };
    const entry = boardEntry(derive(punchesOf('Mon 22:00, Tue 04:30')), 'first-and-last', time);
    expect([entry.day?.date, entry.state]).toEqual([WEEK['Mon'], 'seen']);
    expect(entry.lastSeen).toBe(punchesOf('Tue 04:30')[0]!.at);
  });
});

describe('the board of a date that is over', () => {
  // prettier-ignore
  it.each([
    ['a whole day', 'Mon in 08:00, Mon out 17:00', 'complete'],
    ['only an arrival', 'Mon in 08:00', 'missing-departure'],
    ['only a departure', 'Mon out 17:00', 'missing-arrival'],
    ['nothing', 'Tue in 08:00', 'not-seen'],
    ['a whole night', 'Mon in 22:00, Tue out 06:00', 'complete'],
  ])('both readings: %s', (_, punches, state) => {
    for (const reading of ['first-and-last', 'in-and-out'] as const) {
      expect(stateAt(punches, 'Wed 12:00', { reading, day: 'Mon' })).toBe(state);
    }
  });

  it('a night that is not over belongs to yesterday, and the person is still here', () => {
    expect(stateAt('Mon 22:00', 'Tue 05:00', { reading: 'in-and-out', day: 'Mon' })).toBe('here');
    expect(stateAt('Mon 22:00', 'Tue 12:00', { reading: 'in-and-out', day: 'Mon' })).toBe(
      'missing-departure',
    );
  });

  it('a person who has come again on the next date is no longer there from the date before', () => {
    const punches = 'Mon in 20:00, Tue in 08:00';
    expect(stateAt(punches, 'Tue 08:05', { reading: 'in-and-out', day: 'Mon' })).toBe('missing-departure');
    expect(stateAt(punches, 'Tue 08:05', { reading: 'in-and-out' })).toBe('here');
  });
});

describe('how long an entry of the board holds', () => {
  it('an entry is the same until it says, if nothing is punched and the date does not turn', () => {
    const property = fc.property(
      anyWork({ days: 6 }),
      fc.nat(20),
      fc.nat(6 * 24 * 60),
      fc.nat(20 * 60),
      ({ punches, calendar, policy }, known, first, later) => {
        const days = workDays(punches.slice(0, known), calendar, policy);
        const at = (minutes: number) => {
          const now = calendar[1]!.begins + minutes * MINUTE;
          const today = workDateAt(now, SITE);
          return { now, today, entry: boardEntry(days, policy.reading, { date: today, today, now }) };
        };
        const [before, after] = [at(first), at(first + later)];
        if (after.now >= before.entry.validUntil || after.today !== before.today) return;
        expect([after.entry.state, after.entry.day]).toEqual([before.entry.state, before.entry.day]);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
