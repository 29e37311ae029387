/** What holds for all punches, however wild: nothing is lost, counted twice, or read differently by their order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWork, type Work } from '../../test/support/any-work.ts';
import { HOUR } from '../time/durations.ts';
import { addDays } from '../time/zoned.ts';
import { breakToDeduct, type BreakRule } from './breaks.ts';
import type { WorkCalendar } from './calendar.ts';
import { inOrder, minuteOf, type WorkPunch } from './punch.ts';
import type { Stay } from './stays.ts';
import { type WorkDay, workDays } from './work-days.ts';

const LONG_REST = 24 * HOUR;

/** Compares what was derived, in a form in which a difference is easy to see. */
function same(a: readonly WorkDay[], b: readonly WorkDay[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function beginOf(stay: Stay<WorkPunch>): number {
  return stay.state === 'missing-arrival' ? stay.departure.at : stay.arrival.at;
}

function endOf(stay: Stay<WorkPunch>): number {
  return stay.state === 'missing-departure' ? stay.arrival.at : stay.departure.at;
}

/** The date of the calendar day in which an instant lies. */
function dateOf(calendar: WorkCalendar, at: number): string {
  return calendar.find(({ begins, ends }) => at >= begins && at < ends)?.date ?? '';
}

/** The first punch after a rest of 24 hours, counted from `from` (epoch ms) on; null if there is none. */
function afterRest(punches: readonly WorkPunch[], from: number): WorkPunch | null {
  let before = from;
  for (const punch of inOrder(punches)) {
    if (punch.at < from) continue;
    if (punch.at - before >= LONG_REST) return punch;
    before = punch.at;
  }
  return null;
}

/** What speaks against a property; undefined if nothing was found. */
function counterexample<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => boolean): string | undefined {
  return fc.defaultReportMessage(fc.check(fc.property(arbitrary, property), { numRuns: 400 }));
}

describe('work days', () => {
  it('are the same for any order and any repetition of the punches', () => {
    const shuffled = anyWork().chain((work) =>
      fc
        .record({
          again: fc.subarray(work.punches),
          places: fc.array(fc.nat(), { minLength: 90, maxLength: 90 }),
        })
        .map(({ again, places }): [Work, WorkPunch[]] => {
          const delivered = [...work.punches, ...again].map((punch, i) => ({ punch, place: places[i] ?? i }));
          return [work, delivered.toSorted((a, b) => a.place - b.place).map(({ punch }) => punch)];
        }),
    );
    expect(
      counterexample(shuffled, ([{ punches, calendar, policy }, delivered]) =>
        same(workDays(delivered, calendar, policy), workDays(punches, calendar, policy)),
      ),
    ).toBeUndefined();
  });

  it('hold every punch exactly once', () => {
    expect(
      counterexample(anyWork(), ({ punches, calendar, policy }) => {
        const ids = workDays(punches, calendar, policy).flatMap((day) => day.punches.map(({ id }) => id));
        return (
          ids.join() ===
          inOrder(punches)
            .map(({ id }) => id)
            .join()
        );
      }),
    ).toBeUndefined();
  });

  it('count no more work than presence, and no more presence than the time from the first punch to the last', () => {
    expect(
      counterexample(anyWork(), ({ punches, calendar, policy }) =>
        workDays(punches, calendar, policy).every((day) => {
          const span = minuteOf(day.punches.at(-1)!.at) - minuteOf(day.punches[0]!.at);
          return day.worked >= 0 && day.worked <= day.presence && day.presence + day.pauses <= span;
        }),
      ),
    ).toBeUndefined();
  });

  it('have stays that never overlap, each within its longest time', () => {
    expect(
      counterexample(anyWork(), ({ punches, calendar, policy }) => {
        const days = workDays(punches, calendar, policy);
        const stays = days.flatMap((day) => day.stays);
        const short = days.every(({ stays: ofDay, longestStay }) =>
          ofDay.every((stay) => endOf(stay) - beginOf(stay) <= Math.max(longestStay, 18 * HOUR)),
        );
        return short && stays.every((stay, i) => i === 0 || endOf(stays[i - 1]!) <= beginOf(stay));
      }),
    ).toBeUndefined();
  });

  it('come in the order of their dates, each date once', () => {
    expect(
      counterexample(anyWork(), ({ punches, calendar, policy }) => {
        const dates = workDays(punches, calendar, policy).map(({ date }) => date);
        return dates.every((date, i) => i === 0 || dates[i - 1]! < date);
      }),
    ).toBeUndefined();
  });

  it('are incomplete exactly where a punch is missing', () => {
    expect(
      counterexample(anyWork(), ({ punches, calendar, policy }) =>
        workDays(punches, calendar, policy).every(
          ({ incomplete, stays }) => incomplete === stays.some(({ state }) => state !== 'complete'),
        ),
      ),
    ).toBeUndefined();
  });

  it('stay as they were up to two dates before a voided punch, and after the first long rest behind it', () => {
    const voiding = anyWork({ idle: 40 })
      .filter(({ punches }) => punches.length > 0)
      .chain((work) => fc.constantFrom(...work.punches).map((voided): [Work, WorkPunch] => [work, voided]));
    expect(
      counterexample(voiding, ([{ punches, calendar, policy }, voided]) => {
        const before = workDays(punches, calendar, policy);
        const after = workDays(
          punches.filter(({ id }) => id !== voided.id),
          calendar,
          policy,
        );
        const date = before.find((day) => day.punches.some(({ id }) => id === voided.id))!.date;
        // A departure after it may now belong to a stay of the evening before.
        const first = addDays(date, -1);
        const resumed = afterRest(punches, voided.at);
        const settled = resumed ? dateOf(calendar, resumed.at) : '9999';
        const untouched = (days: WorkDay[]) => days.filter((day) => day.date < first || day.date > settled);
        return same(untouched(before), untouched(after));
      }),
    ).toBeUndefined();
  });

  it('are the same with a look-back of 14 days as with all punches, if a long rest lies in it', () => {
    expect(
      counterexample(anyWork({ days: 24, idle: 24 }), ({ punches, calendar, policy }) => {
        const first = calendar[20]!;
        const look = calendar.slice(6);
        const resumed = afterRest(punches, look[0]!.begins);
        // Without a rest before the first date the days may differ.
        if (resumed && dateOf(calendar, resumed.at) > first.date) return true;
        const wanted = (days: WorkDay[]) => days.filter(({ date }) => date >= first.date);
        return same(wanted(workDays(punches, look, policy)), wanted(workDays(punches, calendar, policy)));
      }),
    ).toBeUndefined();
  });
});

describe('the calendar', () => {
  it('has days that follow each other without a gap', () => {
    expect(
      counterexample(anyWork(), ({ calendar }) =>
        calendar.every(
          ({ begins, ends }, i) => begins <= ends && (i === 0 || calendar[i - 1]!.ends === begins),
        ),
      ),
    ).toBeUndefined();
  });
});

describe('break rules', () => {
  const anyRule: fc.Arbitrary<BreakRule> = fc.record({
    steps: fc
      .uniqueArray(fc.record({ after: fc.nat(12 * 60), required: fc.nat(120) }), {
        selector: ({ after }) => after,
        maxLength: 4,
      })
      .map((steps) => steps.toSorted((a, b) => a.after - b.after)),
    punchedCount: fc.boolean(),
  });
  const minutes = fc.nat(16 * 60);

  it('never deduct less than nothing or more than the presence', () => {
    expect(
      counterexample(fc.tuple(anyRule, minutes, minutes), ([rule, presence, punched]) => {
        const deducted = breakToDeduct(rule, presence, punched);
        return deducted >= 0 && deducted <= presence;
      }),
    ).toBeUndefined();
  });

  it('deduct no less from a longer presence, which never is fewer hours of work', () => {
    expect(
      counterexample(fc.tuple(anyRule, minutes, fc.nat(60), minutes), ([rule, presence, more, punched]) => {
        const [shorter, longer] = [presence, presence + more].map((one) => breakToDeduct(rule, one, punched));
        return longer! >= shorter! && longer! - shorter! <= more;
      }),
    ).toBeUndefined();
  });

  it('deduct no more where more break was punched', () => {
    expect(
      counterexample(
        fc.tuple(anyRule, minutes, minutes, fc.nat(60)),
        ([rule, presence, punched, more]) =>
          breakToDeduct(rule, presence, punched + more) <= breakToDeduct(rule, presence, punched),
      ),
    ).toBeUndefined();
  });
});
