import { describe, expect, it } from 'vitest';
import { decide, summarize, type AttendancePolicy, type DayPunch } from './policy.ts';
import { workDate } from '../time/work-date.ts';

const MINUTE = 60_000;
const policy: AttendancePolicy = { mode: 'auto', timeZone: 'Europe/Paris', dayTurnsAt: 4, minGap: MINUTE };

/** '08:59' is that time on 2026-11-23 in Paris; '+1 02:00' is on the next day. */
function at(clock: string): number {
  const [, days, time] = /^(?:\+(\d) )?(.+)$/.exec(clock)!;
  return (
    Date.parse(`2026-11-23T${time!.length === 5 ? `${time}:00` : time}+01:00`) +
    Number(days ?? 0) * 86_400_000
  );
}

function punches(list: string[], by: AttendancePolicy = policy): DayPunch[] {
  return list.map((text) => {
    const [kind, ...clock] = text.split(' ');
    const instant = at(clock.join(' '));
    return {
      kind: kind as 'in' | 'out',
      at: instant,
      workDate: workDate(instant, by.timeZone, by.dayTurnsAt),
    };
  });
}

function outcome(mode: AttendancePolicy['mode'], before: string[], clock: string, more = {}): string {
  const by = { ...policy, mode, ...more };
  const decision = decide(by, punches(before, by), at(clock));
  if (decision.type === 'punch') return `${decision.kind} on ${decision.workDate}`;
  const since = Object.entries({ in: before, out: before })
    .flatMap(([, list]) => list)
    .find((text) => at(text.split(' ').slice(1).join(' ')) === decision.since);
  return `already ${decision.kind} since ${since?.split(' ').slice(1).join(' ')}`;
}

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

describe('a door in the mode auto', () => {
  it.each<[string, string[], string, string]>([
    ['the first recognition of the work day is the check-in', [], '08:59', `in on ${MONDAY}`],
    ['a second sighting within the gap is not a punch', ['in 08:59'], '08:59:59', 'already in since 08:59'],
    [
      'a sighting one millisecond before the end of the gap is not a punch',
      ['in 08:59'],
      '08:59:59.999',
      'already in since 08:59',
    ],
    ['a sighting exactly at the end of the gap is the check-out', ['in 08:59'], '09:00', `out on ${MONDAY}`],
    ['a sighting at the instant of a punch is not a punch', ['in 08:59'], '08:59', 'already in since 08:59'],
    ['a later sighting moves the check-out forward', ['in 08:59', 'out 12:00'], '17:31', `out on ${MONDAY}`],
    [
      'a sighting within the gap after the last check-out is not a punch',
      ['in 08:59', 'out 17:31'],
      '17:31:30',
      'already out since 17:31',
    ],
    ['a night shift stays on the day it began', ['in 22:00'], '+1 03:59', `out on ${MONDAY}`],
    [
      'at the hour at which a work day begins, the punch is on the next day',
      ['in 22:00'],
      '+1 04:00',
      `in on ${TUESDAY}`,
    ],
    [
      'the gap continues after the beginning of the next work day',
      ['in 22:00', 'out +1 03:59:30'],
      '+1 04:00:10',
      'already out since +1 03:59:30',
    ],
    [
      'the gap can end on the next work day',
      ['in 22:00', 'out +1 03:59:30'],
      '+1 04:00:30',
      `in on ${TUESDAY}`,
    ],
    ['the punches of yesterday do not count', ['in 08:00', 'out 17:00'], '+1 08:00', `in on ${TUESDAY}`],
    [
      'a sighting delivered late, from before the check-in, moves the check-in back',
      ['in 09:00'],
      '08:00',
      `in on ${MONDAY}`,
    ],
    [
      'a sighting delivered late, from just before the check-in, is not a punch',
      ['in 09:00'],
      '08:59:30',
      'already in since 09:00',
    ],
    [
      'a sighting delivered late, from before the check-out, is not a punch',
      ['in 09:00', 'out 17:00'],
      '12:00',
      'already out since 17:00',
    ],
    [
      'after a check-out without a check-in (at an exit door), the next sighting is the check-in',
      ['out 10:00'],
      '12:00',
      `in on ${MONDAY}`,
    ],
  ])('%s', (_, before, clock, expected) => {
    expect(outcome('auto', before, clock)).toBe(expected);
  });

  it('accepts the earlier punches in any order', () => {
    expect(outcome('auto', ['out 12:00', 'in 08:59'], '12:00:30')).toBe('already out since 12:00');
  });

  it('without a gap the next sighting is the check-out', () => {
    expect(outcome('auto', ['in 08:59'], '08:59:00.001', { minGap: 0 })).toBe(`out on ${MONDAY}`);
  });
});

describe('a door for entering or leaving only', () => {
  it.each<[string, 'in' | 'out', string[], string, string]>([
    ['at an entrance the first sighting is a check-in', 'in', [], '08:00', `in on ${MONDAY}`],
    ['at an entrance a person who is in stays in', 'in', ['in 08:00'], '12:00', 'already in since 08:00'],
    [
      'at an entrance a person who checked out elsewhere checks in again',
      'in',
      ['in 08:00', 'out 12:00'],
      '13:00',
      `in on ${MONDAY}`,
    ],
    [
      'at an entrance the answer gives the beginning of the current stay',
      'in',
      ['in 08:00', 'out 12:00', 'in 13:00'],
      '15:00',
      'already in since 13:00',
    ],
    ['at an exit there can be a check-out without a check-in', 'out', [], '17:00', `out on ${MONDAY}`],
    [
      'at an exit a sighting within the gap after the check-in is not a punch',
      'out',
      ['in 17:00'],
      '17:00:30',
      'already in since 17:00',
    ],
    [
      'at an exit a later sighting is another check-out',
      'out',
      ['in 08:00', 'out 12:00'],
      '17:00',
      `out on ${MONDAY}`,
    ],
    [
      'at an exit a second sighting within the gap is not a punch',
      'out',
      ['in 08:00', 'out 17:00'],
      '17:00:59',
      'already out since 17:00',
    ],
  ])('%s', (_, mode, before, clock, expected) => {
    expect(outcome(mode, before, clock)).toBe(expected);
  });
});

describe('the answer to a sighting that is not a punch', () => {
  it.each<[string, 'auto' | 'in', string[], string, string[]]>([
    [
      'a sighting within the gap after a check-in',
      'auto',
      ['in 08:59'],
      '08:59:30',
      ['out 09:00', 'out 17:31'],
    ],
    [
      'a sighting within the gap after a check-out',
      'auto',
      ['in 08:59', 'out 12:00'],
      '12:00:30',
      ['out 12:01'],
    ],
    ['a person who is already in, at an entrance', 'in', ['in 08:00'], '12:00', ['out 12:00:10', 'in 13:00']],
    ['a sighting that is delivered late', 'auto', ['in 09:00', 'out 17:00'], '12:00', ['out 18:00']],
  ])('does not change when later punches are added: %s', (_, mode, before, clock, later) => {
    const first = outcome(mode, before, clock);
    expect(first).toMatch(/^already/);
    expect(outcome(mode, [...before, ...later], clock)).toBe(first);
  });
});

describe('daylight saving', () => {
  it('measures the gap in elapsed time, not by the wall clock', () => {
    // 02:59:30 CEST and 02:00:00 CET are half a minute apart, although the wall clock goes back by an hour.
    const before: DayPunch[] = [
      { kind: 'in', at: Date.parse('2026-10-25T00:59:30Z'), workDate: '2026-10-24' },
    ];
    expect(decide(policy, before, Date.parse('2026-10-25T01:00:00Z'))).toEqual({
      type: 'already',
      kind: 'in',
      since: Date.parse('2026-10-25T00:59:30Z'),
    });
  });

  it('counts the hours actually worked in the night of a clock change', () => {
    const night: DayPunch[] = [
      { kind: 'in', at: Date.parse('2026-10-24T20:00:00Z'), workDate: '2026-10-24' }, // 22:00 CEST
      { kind: 'out', at: Date.parse('2026-10-25T02:30:00Z'), workDate: '2026-10-24' }, // 03:30 CET
    ];
    expect(decide(policy, night.slice(0, 1), night[1]!.at)).toEqual({
      type: 'punch',
      kind: 'out',
      workDate: '2026-10-24',
    });
    expect(summarize(night).worked).toBe(6.5 * 3_600_000);
  });
});

describe('the summary of a day', () => {
  it.each<[string, string[], string | null, string | null, number | null]>([
    ['without punches is empty', [], null, null, null],
    ['with only a check-in has no check-out', ['in 08:00'], '08:00', null, null],
    ['has the time from check-in to check-out', ['in 08:00', 'out 16:30'], '08:00', '16:30', 8.5 * 60],
    ['has the last of several check-outs', ['in 08:00', 'out 12:00', 'out 17:00'], '08:00', '17:00', 9 * 60],
    ['has no check-out after another check-in', ['in 08:00', 'out 12:00', 'in 13:00'], '08:00', null, null],
    ['can have a check-out without a check-in', ['out 17:00'], null, '17:00', null],
    [
      'does not depend on the order of the punches',
      ['out 17:00', 'in 08:00', 'in 09:00'],
      '08:00',
      '17:00',
      9 * 60,
    ],
  ])('%s', (_, list, checkIn, checkOut, minutes) => {
    const summary = summarize(punches(list));
    expect(summary.checkIn?.at ?? null).toBe(checkIn === null ? null : at(checkIn));
    expect(summary.checkOut?.at ?? null).toBe(checkOut === null ? null : at(checkOut));
    expect(summary.worked).toBe(minutes === null ? null : minutes * MINUTE);
  });
});
