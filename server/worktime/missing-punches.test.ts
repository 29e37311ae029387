/** Forgotten punches, doors in a row, late deliveries: what went wrong stays where it went wrong. */
import { describe, expect, it } from 'vitest';
import { dayAsText, daysOf, derive, punchesOf } from '../../test/support/day-tables.ts';

const READINGS = ['first-and-last', 'in-and-out'] as const;
type Row = [name: string, punches: string, days: string];

describe('one forgotten punch in a week of nights', () => {
  // prettier-ignore
  const week = [
    'Sun 22:00', 'Mon 06:00', 'Mon 22:00', 'Tue 06:00', 'Tue 22:00', 'Wed 06:00', 'Wed 22:00', 'Thu 06:00', 'Thu 22:00', 'Fri 06:00',
  ];
  const right = ['Sun 8:00', 'Mon 8:00', 'Tue 8:00', 'Wed 8:00', 'Thu 8:00'];

  for (const reading of READINGS) {
    for (const [doors, punches] of [
      ['one automatic door', week],
      ['an in and an out door', week.map((punch, i) => punch.replace(' ', i % 2 === 0 ? ' in ' : ' out '))],
    ] as const) {
      it.each(week.map((punch, i) => [punch, i] as const))(`${reading}, ${doors}: without %s`, (_, i) => {
        const days = daysOf(punches.toSpliced(i, 1).join(', '), { reading }).split(', ');
        const wrong = days.filter((day) => !right.includes(day));
        const lost = right.filter((day) => !days.includes(day));
        // Only the night itself is lost: a missing arrival is found on the date of the departure, before the next night.
        const night = Math.floor(i / 2);
        const onNextDate = i % 2 === 0 && night < 4 ? [right[night + 1]!] : [];
        expect(lost).toEqual([right[night]!, ...onNextDate]);
        expect(wrong).toHaveLength(1);
        expect(wrong[0]).toMatch(/^... [08]:00\?$/);
      });
    }
  }
});

// prettier-ignore
const BOTH: Row[] = [
  ['the first punch of a week', 'Mon 17:00, Tue 08:00, Tue 17:00', 'Mon 0:00?, Tue 9:00'],
  ['the last punch of a day', 'Mon 08:00, Tue 08:00, Tue 17:00', 'Mon 0:00?, Tue 9:00'],
  ['the departure and the arrival after it', 'Mon 08:00, Tue 17:00, Wed 08:00, Wed 17:00', 'Mon 0:00?, Tue 0:00?, Wed 9:00'],
  ['the arrival of an early shift, at doors that say it', 'Mon out 14:00, Tue in 06:00, Tue out 14:00', 'Mon 0:00?, Tue 8:00'],
  ['the departure of a late shift before an early one', 'Mon 14:00, Tue 06:00, Tue 14:00', 'Mon 0:00?, Tue 8:00'],
  ['a departure found on the next morning is none', 'Mon in 08:00, Tue out 07:00', 'Mon 0:00?, Tue 0:00?'],
  ['both ends of a day', 'Mon 08:00, Mon 17:00, Wed 08:00, Wed 17:00', 'Mon 9:00, Wed 9:00'],
];

// prettier-ignore
const IN_AND_OUT: Row[] = [
  ['back from lunch', 'Mon 08:00, Mon 12:00, Mon 17:00, Tue 08:00, Tue 17:00', 'Mon 4:00?, Tue 9:00'],
  ['lunch altogether', 'Mon 08:00, Mon 17:00', 'Mon 9:00'],
  ['the arrival in the morning', 'Mon 12:00, Mon 12:40, Mon 17:00, Tue 08:00, Tue 17:00', 'Mon 0:40?, Tue 9:00'],
  ['the end of a break of a night', 'Mon 22:00, Tue 02:30, Tue 06:00, Tue 22:00, Wed 06:00', 'Mon 4:30?, Tue 8:00'],
  ['fetching something in the evening, seen once', 'Mon 08:00, Mon 17:00, Mon 20:00, Tue 08:00, Tue 17:00', 'Mon 9:00?, Tue 9:00'],
  ['lunch at doors that say it, without the way out', 'Mon in 08:00, Mon in 12:45, Mon out 17:00', 'Mon 4:15?'],
  ['lunch at doors that say it, without the way in', 'Mon in 08:00, Mon out 12:00, Mon out 17:00', 'Mon 4:00?'],
];

// prettier-ignore
const FIRST_AND_LAST: Row[] = [
  ['anything between the first and the last', 'Mon 08:00, Mon 12:40, Mon 17:00', 'Mon 9:00'],
  ['a day longer than the longest stay', 'Mon 06:00, Mon 12:00, Mon 18:30, Mon 20:00', 'Mon 12:30?'],
  ['lunch at doors that say it, without the way out', 'Mon in 08:00, Mon in 12:45, Mon out 17:00', 'Mon 9:00'],
];

// prettier-ignore
const DOORS: Row[] = [
  ['a gate, then the door of the house', 'Mon in 07:58, Mon in 08:03, Mon out 17:00, Mon out 17:06', 'Mon 9:08'],
  ['three in doors in a row', 'Mon in 07:50, Mon in 08:00, Mon in 08:12, Mon out 17:00', 'Mon 9:10'],
  ['a gate on the way out of a day without an arrival', 'Mon out 17:00, Mon out 17:05', 'Mon 0:00?'],
  ['in by the front door, out by the back door, all day', 'Mon in 08:00, Mon out 10:00, Mon in 10:10, Mon out 12:00, Mon in 12:30, Mon out 17:00', 'Mon 8:20'],
  ['an automatic door in the morning, an out door in the evening', 'Mon 08:00, Mon out 17:00', 'Mon 9:00'],
  ['an in door in the morning, an automatic door in the evening', 'Mon in 08:00, Mon 17:00', 'Mon 9:00'],
  ['in and straight out', 'Mon in 08:00, Mon out 08:00', 'Mon 0:00'],
];

describe('who forgot', () => {
  for (const reading of READINGS) {
    it.each(BOTH)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading })).toBe(days);
    });
  }
  it.each(IN_AND_OUT)('in-and-out: %s', (_, punches, days) => {
    expect(daysOf(punches, { reading: 'in-and-out' })).toBe(days);
  });
  it.each(FIRST_AND_LAST)('first-and-last: %s', (_, punches, days) => {
    expect(daysOf(punches)).toBe(days);
  });
});

describe('several doors', () => {
  for (const reading of READINGS) {
    it.each(DOORS)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading })).toBe(days);
    });
  }
});

describe('late deliveries', () => {
  const all = punchesOf('Mon 22:00, Tue 06:00, Tue 22:00, Wed 06:00');
  const read = (punches: typeof all) => derive(punches).map((day) => dayAsText(day));

  it('a departure that is delivered after the next night closes its own night', () => {
    const [arrival, late, ...next] = all;
    expect(read([arrival!, ...next])).toEqual(['Mon 0:00?', 'Tue 8:00']);
    expect(read([arrival!, ...next, late!])).toEqual(['Mon 8:00', 'Tue 8:00']);
  });

  it('a punch that is delivered twice counts once', () => {
    expect(read([...all, all[1]!, all[3]!])).toEqual(['Mon 8:00', 'Tue 8:00']);
    const lunch = punchesOf('Mon 08:00, Mon 12:00, Mon 12:40, Mon 17:00');
    const days = derive([...lunch, lunch[2]!], { reading: 'in-and-out' });
    expect(days.map((day) => dayAsText(day))).toEqual(['Mon 8:20']);
  });
});
