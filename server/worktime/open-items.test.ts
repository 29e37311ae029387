import { describe, expect, it } from 'vitest';
import { instantAt } from '../time/zoned.ts';
import { NO_BREAKS } from './breaks.ts';
import { calendarOf } from './calendar.ts';
import { openItems } from './open-items.ts';
import { DEFAULT_LONGEST_STAY, type WorkPolicy } from './policy.ts';
import { workDays } from './work-days.ts';

const ZONE = 'Europe/Berlin';
const calendar = calendarOf({ from: '2026-10-20', to: '2026-11-02', timeZone: ZONE, turnsAt: 4 });
const rules: WorkPolicy = { reading: 'in-and-out', longestStay: DEFAULT_LONGEST_STAY, breaks: NO_BREAKS };
/** The first of November, at two in the night: its work day is still the last of October. */
const NOW = instantAt('2026-11-01', '02:00', ZONE)!;

/** `30 in 08:00`: of October 2026 */
function itemsOf(
  text: string,
  more: { department?: string; waiting?: string[]; absences?: string[]; now?: number } = {},
) {
  const punches = text
    .split(', ')
    .filter((one) => one !== '')
    .map((one, index) => {
      const [day, says, time = ''] = one.split(' ');
      return {
        id: String(index),
        at: instantAt(`2026-10-${day}`, time, ZONE)!,
        says: says as 'in' | 'out',
      };
    });
  const { department = 'Lab', waiting = [], absences = [], now = NOW } = more;
  const days = workDays(punches, calendar, rules);
  const items = openItems(
    { department, days, reading: rules.reading, waiting, absences },
    { month: '2026-10', today: now === NOW ? '2026-10-31' : '2026-11-01', now, byDepartment: true },
  );
  return items.map(({ kind, date }) => (date === null ? kind : `${kind} ${date.slice(-2)}`)).join(', ');
}

describe('what is open before a month is closed', () => {
  it.each([
    ['a complete day is not open', '30 in 08:00, 30 out 17:00', ''],
    ['a missing departure', '30 in 08:00', 'missing-departure 30'],
    ['a missing arrival', '30 out 17:00', 'missing-arrival 30'],
    [
      'both on one day',
      '30 in 08:00, 30 in 12:00, 30 out 13:00, 30 out 17:00',
      'missing-departure 30, missing-arrival 30',
    ],
    ['a night that is not over', '31 in 22:00', 'still-there 31'],
    [
      'a night that is not over after a missing departure',
      '31 in 12:00, 31 in 22:00',
      'missing-departure 31, still-there 31',
    ],
  ])('%s', (_name, punches, items) => {
    expect(itemsOf(punches)).toBe(items);
  });

  it('a night that should be over misses its departure', () => {
    const now = instantAt('2026-11-01', '12:00', ZONE)!;
    expect(itemsOf('31 in 22:00', { now })).toBe('missing-departure 31');
  });

  it('corrections that wait are open once for each date', () => {
    const waiting = ['2026-10-28', '2026-10-28', '2026-10-31'];
    expect(itemsOf('30 in 08:00', { waiting })).toBe(
      'correction-waiting 28, missing-departure 30, correction-waiting 31',
    );
  });

  it('absences that were asked for and wait are open too', () => {
    const absences = ['2026-10-27', '2026-10-27', '2026-10-31'];
    expect(itemsOf('30 in 08:00', { absences, waiting: ['2026-10-27'] })).toBe(
      'correction-waiting 27, absence-waiting 27, missing-departure 30, absence-waiting 31',
    );
  });

  it('a person without a department matters only with work in the month', () => {
    expect(itemsOf('30 in 08:00, 30 out 17:00', { department: ' ' })).toBe('no-department');
    expect(itemsOf('', { department: '' })).toBe('');
  });
});
