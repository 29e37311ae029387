import { describe, expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { icsHolidays } from './ics-holidays.ts';

function calendar(...events: string[][]): string {
  const lines = events.flatMap((event, index) =>
    ['BEGIN:VEVENT', `UID:${index}`].concat(event, 'END:VEVENT'),
  );
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** The holidays, and why events were left out. */
function read(...events: string[][]): string[] {
  const { holidays, leftOut } = icsHolidays(calendar(...events), '2026-01-01', '2028-12-31');
  return [
    ...holidays.map(({ date, name }) => `${date} ${name}`),
    ...leftOut.map(({ name, date, why }) => `${why}: ${date} ${name}`),
  ];
}

describe('holidays from a calendar file', () => {
  it.each([
    ['one day', ['DTSTART;VALUE=DATE:20261224', 'SUMMARY:Closed'], ['2026-12-24 Closed']],
    [
      'several days, the end not included',
      ['DTSTART;VALUE=DATE:20261230', 'DTEND;VALUE=DATE:20270102', 'SUMMARY:Closed'],
      ['2026-12-30 Closed', '2026-12-31 Closed', '2027-01-01 Closed'],
    ],
    [
      'repeated every year',
      ['DTSTART;VALUE=DATE:20200704', 'RRULE:FREQ=YEARLY;INTERVAL=2', 'SUMMARY:Fair'],
      ['2026-07-04 Fair', '2028-07-04 Fair'],
    ],
    [
      'repeated with an exception',
      ['DTSTART;VALUE=DATE:20260501', 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20270501', 'SUMMARY:May'],
      ['2026-05-01 May', '2028-05-01 May'],
    ],
    [
      'an hour is not a holiday',
      ['DTSTART:20261224T100000Z', 'DTEND:20261224T110000Z', 'SUMMARY:Party'],
      ['not-whole-day: 2026-12-24 Party'],
    ],
    [
      'a cancelled one',
      ['DTSTART;VALUE=DATE:20261224', 'STATUS:CANCELLED', 'SUMMARY:Closed'],
      ['cancelled: 2026-12-24 Closed'],
    ],
    [
      'one before the dates asked for',
      ['DTSTART;VALUE=DATE:20201224', 'SUMMARY:Closed'],
      ['outside: 2020-12-24 Closed'],
    ],
    ['one without a date', ['SUMMARY:Closed'], ['no-date: null Closed']],
    ['one with a damaged date', ['DTSTART;VALUE=DATE:2026', 'SUMMARY:Closed'], ['no-date: null Closed']],
    ['one without a name', ['DTSTART;VALUE=DATE:20261224'], ['2026-12-24 Holiday']],
    [
      'a name that hides something',
      ['DTSTART;VALUE=DATE:20261224', 'SUMMARY:Clo\u202esed'],
      ['2026-12-24 Closed'],
    ],
  ])('%s', (_, event, expected) => {
    expect(read(event)).toEqual(expected);
  });

  it('two on one date are one holiday', () => {
    const date = 'DTSTART;VALUE=DATE:20261224';
    expect(read([date, 'SUMMARY:One'], [date, 'SUMMARY:Two'])).toEqual([
      '2026-12-24 One',
      'same-date: 2026-12-24 Two',
    ]);
  });

  it('a repeated one that was moved in one year', () => {
    const events = [
      ['UID:x', 'DTSTART;VALUE=DATE:20260501', 'RRULE:FREQ=YEARLY', 'SUMMARY:May'],
      ['UID:x', 'RECURRENCE-ID;VALUE=DATE:20270501', 'DTSTART;VALUE=DATE:20270503', 'SUMMARY:May'],
    ].map((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n'));
    const text = ['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR'].join('\r\n');
    expect(icsHolidays(text, '2026-01-01', '2028-12-31').holidays.map(({ date }) => date)).toEqual([
      '2026-05-01',
      '2027-05-03',
      '2028-05-01',
    ]);
  });

  it('a rule that never ends is cut off', () => {
    const started = performance.now();
    read(['DTSTART;VALUE=DATE:19700101', 'RRULE:FREQ=DAILY', 'SUMMARY:x']);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each(['', 'no calendar', 'BEGIN:VCARD\r\nEND:VCARD', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT'])(
    'a file that is not a calendar is refused: %j',
    (text) => {
      expect(() => icsHolidays(text, '2026-01-01', '2026-12-31')).toThrow(MusterError);
    },
  );
});
