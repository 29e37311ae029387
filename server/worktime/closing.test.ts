/** Closing months: tables, and properties over any order of late punches, voids, closings and reopenings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../time/durations.ts';
import { instantAt } from '../time/zoned.ts';
import { GERMAN_BREAKS } from './breaks.ts';
import { calendarOf } from './calendar.ts';
import {
  closingOf,
  dayRecordOf,
  firstOpen,
  type Ledger,
  type LiveDays,
  monthFigures,
  monthOf,
  nextMonth,
  pendingAdjustments,
  sumOf,
  withClosing,
  withoutClosing,
} from './closing.ts';
import { DEFAULT_LONGEST_STAY, type WorkPolicy } from './policy.ts';
import type { WorkPunch } from './punch.ts';
import { workDays } from './work-days.ts';

const ZONE = 'Europe/Berlin';
const MONTHS = ['2026-09', '2026-10', '2026-11', '2026-12'];
const calendar = calendarOf({ from: '2026-08-20', to: '2027-01-20', timeZone: ZONE, turnsAt: 4 });
const policy: WorkPolicy = {
  reading: 'first-and-last',
  longestStay: DEFAULT_LONGEST_STAY,
  breaks: GERMAN_BREAKS,
};
const NOTHING_CLOSED: Ledger = { closed: new Set(), frozen: [], adjustments: [] };

function liveOf(punches: readonly WorkPunch[]): LiveDays {
  return new Map(workDays(punches, calendar, policy).map((day) => [day.date, dayRecordOf(day)]));
}

/** `2026-10-05 in 08:00` */
function punch(text: string): WorkPunch {
  const [date = '', says, time = ''] = text.split(' ');
  return { id: text, at: instantAt(date, time, ZONE)!, says: says as 'in' | 'out' };
}

const close = (ledger: Ledger, month: string, live: LiveDays) =>
  withClosing(ledger, month, closingOf(month, live, ledger));
const worked = (month: string, live: LiveDays, ledger: Ledger) =>
  monthFigures(month, live, ledger).worked / HOUR;

describe('months in order', () => {
  it.each([
    ['2026-09', '2026-10'],
    ['2026-12', '2027-01'],
    ['0999-12', '1000-01'],
  ])('after %s comes %s', (month, next) => {
    expect(nextMonth(month)).toBe(next);
  });
  it('the first open month may be the month itself', () => {
    expect(firstOpen('2026-09', new Set(['2026-10']))).toBe('2026-09');
    expect(firstOpen('2026-09', new Set(['2026-09', '2026-10', '2026-12']))).toBe('2026-11');
  });
});

describe('closing a month', () => {
  const office = [punch('2026-10-05 in 08:00'), punch('2026-10-05 out 14:00')];
  const late = punch('2026-10-05 out 16:00');
  const live = liveOf(office);
  const october = close(NOTHING_CLOSED, '2026-10', live);

  it('a closed month keeps its figures, and a late punch is an adjustment of the next with its reason', () => {
    const more = liveOf([...office, late]);
    expect(worked('2026-10', more, october)).toBe(6);
    expect(worked('2026-11', more, october)).toBe(1.5);
    expect(pendingAdjustments(more, october)).toEqual([
      {
        date: '2026-10-05',
        month: '2026-11',
        difference: {
          presence: 2 * HOUR,
          pauses: 0,
          deducted: 0.5 * HOUR,
          worked: 1.5 * HOUR,
          incomplete: 0,
        },
        added: [late.id],
        removed: [],
      },
    ]);
  });

  it('an adjustment is frozen with its month, and what comes after that is booked one month later', () => {
    const more = liveOf([...office, late]);
    const november = close(october, '2026-11', more);
    expect(pendingAdjustments(more, november)).toEqual([]);
    const voided = liveOf([office[0]!]);
    expect(worked('2026-11', voided, november)).toBe(1.5);
    expect(pendingAdjustments(voided, november)).toMatchObject([
      {
        month: '2026-12',
        difference: { worked: -7.5 * HOUR, incomplete: 1 },
        removed: [office[1]!.id, late.id],
      },
    ]);
  });

  it('a late day without any punch before is an adjustment, and so is a day whose punches are all voided', () => {
    const other = [punch('2026-10-06 in 08:00'), punch('2026-10-06 out 12:00')];
    expect(worked('2026-11', liveOf([...office, ...other]), october)).toBe(4);
    expect(worked('2026-11', liveOf([]), october)).toBe(-6);
  });

  it('a reopened month shows what the punches say, and takes back what a later closing booked for it', () => {
    const more = liveOf([...office, late]);
    const november = close(october, '2026-11', more);
    const reopened = withoutClosing(november, '2026-10');
    expect(worked('2026-11', more, reopened)).toBe(1.5);
    expect(worked('2026-10', more, reopened)).toBe(6);
    const again = close(reopened, '2026-10', more);
    expect(pendingAdjustments(more, again)).toEqual([]);
    expect(worked('2026-10', more, again)).toBe(6);
  });

  it('days whose punches were deleted because of their age are left alone', () => {
    expect(pendingAdjustments(liveOf([]), october, '2026-10-06')).toEqual([]);
    expect(pendingAdjustments(liveOf([]), october, '2026-10-05')).toHaveLength(1);
  });

  it('a punch that changes no figure is no adjustment', () => {
    const passing = { ...punch('2026-10-05 in 12:00'), says: null };
    expect(pendingAdjustments(liveOf([...office, passing]), october)).toEqual([]);
  });
});

interface LatePunch {
  do: 'punch';
  date: string;
  minute: number;
  says: 'in' | 'out' | null;
}
interface Void {
  do: 'void';
  which: number;
}
interface Act {
  do: 'close' | 'reopen';
  month: string;
}
type Step = LatePunch | Void | Act;

const month = fc.constantFrom(...MONTHS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant<'punch'>('punch'),
      // Few dates, and the ends of months, so that punches meet and nights cross from one month to the next.
      date: fc.constantFrom(
        '2026-09-29',
        '2026-09-30',
        '2026-10-01',
        '2026-10-31',
        '2026-11-01',
        '2026-11-30',
      ),
      minute: fc.integer({ min: 0, max: 24 * 60 - 1 }),
      says: fc.constantFrom('in' as const, 'out' as const, null),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant<'void'>('void'), which: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('close' as const, 'reopen' as const), month }) },
);

function monthIn(one: Step): string | null {
  return 'month' in one ? one.month : null;
}

function changed(punches: readonly WorkPunch[], one: Step, index: number): WorkPunch[] {
  if (one.do === 'void') return punches.filter((_, at) => at !== one.which);
  if (one.do !== 'punch') return [...punches];
  const at = instantAt(one.date, '00:00', ZONE)! + one.minute * MINUTE;
  return [...punches, { id: String(index).padStart(3, '0'), at, says: one.says }];
}

describe('any order of late punches, voids, closings and reopenings', () => {
  it('nothing is lost or counted twice, closing changes no figure, and a closed month stays as it is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let ledger = NOTHING_CLOSED;
        let punches: WorkPunch[] = [];
        let live = liveOf([]);
        const figures = (of: readonly string[]) => of.map((one) => monthFigures(one, live, ledger));
        const all = [...MONTHS, '2027-01'];
        for (const [index, one] of steps.entries()) {
          // Closing changes no figure at all. Reopening and what comes later change only months that are open afterward.
          const kept =
            one.do === 'close' ? all : [...ledger.closed].filter((month) => month !== monthIn(one));
          const before = figures(kept);
          if (one.do === 'reopen') ledger = withoutClosing(ledger, one.month);
          else if (one.do === 'close')
            ledger = ledger.closed.has(one.month) ? ledger : close(ledger, one.month, live);
          else punches = changed(punches, one, index);
          live = liveOf(punches);
          expect(figures(kept)).toEqual(before);
          expect(pendingAdjustments(live, ledger).filter(({ month }) => ledger.closed.has(month))).toEqual(
            [],
          );
          expect(sumOf(figures(all))).toEqual(sumOf([...live.values()].map((day) => day.figures)));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('the reasons of the adjustments of a day add up to its punches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let ledger = NOTHING_CLOSED;
        let punches: WorkPunch[] = [];
        for (const [index, one] of steps.entries()) {
          if (one.do === 'reopen') ledger = withoutClosing(ledger, one.month);
          else if (one.do !== 'close') punches = changed(punches, one, index);
          else if (!ledger.closed.has(one.month)) ledger = close(ledger, one.month, liveOf(punches));
        }
        const live = liveOf(punches);
        const adjustments = [...ledger.adjustments, ...pendingAdjustments(live, ledger)];
        for (const { date } of pendingAdjustments(live, ledger)) {
          const isClosed = ledger.closed.has(monthOf(date));
          const base = isClosed ? ledger.frozen.find((day) => day.date === date) : live.get(date);
          const count = new Map<string, number>();
          for (const id of base?.punches ?? []) count.set(id, 1);
          for (const { added, removed } of adjustments.filter((late) => late.date === date)) {
            for (const id of added) count.set(id, (count.get(id) ?? 0) + 1);
            for (const id of removed) count.set(id, (count.get(id) ?? 0) - 1);
          }
          const counted = [...count].filter(([, times]) => times !== 0);
          expect(counted.map(([id]) => id).toSorted()).toEqual(
            [...(live.get(date)?.punches ?? [])].toSorted(),
          );
          expect(counted.every(([, times]) => times === 1)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
