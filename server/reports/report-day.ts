/** One date of a person as the reports show it: plan, work and what is remarkable. Pure. */
import type { DoubtfulSpan } from '../time/clock-steps.ts';
import { type DayBalance, dayBalance } from '../worktime/balances.ts';
import { DEFAULT_FLAG_RULES, type Flag, flagsByDate } from '../worktime/flags.ts';
import type { Plan } from '../worktime/plans.ts';
import type { DoorReading } from '../worktime/policy.ts';
import type { WorkPunch } from '../worktime/punch.ts';
import type { WorkDay } from '../worktime/work-days.ts';

/** Durations in ms. */
export interface ReportDay extends DayBalance {
  pauses: number;
  deducted: number;
  /** The hours are the frozen ones, whatever the punches say now. */
  closed: boolean;
  plan: Plan;
  /** What the punches say now; null where there are none. */
  work: WorkDay | null;
  flags: readonly Flag[];
}

/** The frozen hours of a date in a closed month. */
interface FrozenHours {
  figures: { worked: number; pauses: number; deducted: number; incomplete: number };
  /** Null where nothing was planned. */
  planned: number | null;
}

export interface ReportDaysOptions<P extends WorkPunch> {
  /** One for each date, in order. */
  plans: readonly Plan[];
  /** In order; one before the first plan lets the first rest be known. */
  days: readonly WorkDay<P>[];
  isClosed: (date: string) => boolean;
  frozen: ReadonlyMap<string, FrozenHours>;
  reading: DoorReading;
  /** When the clock cannot be trusted. */
  doubtful?: readonly DoubtfulSpan[];
  /** Epoch ms. */
  now: number;
}

/** One for each plan. */
export function reportDays<P extends WorkPunch>(options: ReportDaysOptions<P>): ReportDay[] {
  const { plans, days, isClosed, frozen, reading, doubtful = [], now } = options;
  const flags = flagsByDate({ plans, days, reading, rules: DEFAULT_FLAG_RULES, doubtful, now });
  const workOn = new Map(days.map((day) => [day.date, day]));
  return plans.map((plan): ReportDay => {
    const { date } = plan;
    const work = workOn.get(date) ?? null;
    const found = flags.get(date) ?? [];
    const closed = isClosed(date);
    const hours = closed ? frozenHours(plan, frozen.get(date)) : hoursNow({ plan, work, flags: found });
    return Object.assign(hours, { plan, work, flags: found, closed });
  });
}

type Hours = DayBalance & Pick<ReportDay, 'pauses' | 'deducted'>;

function hoursNow({ plan, work, flags }: Pick<ReportDay, 'plan' | 'work' | 'flags'>): Hours {
  const { worked = 0, pauses = 0, deducted = 0 } = work ?? {};
  // Somebody who is still there lacks nothing yet.
  const incomplete = flags.some(({ kind }) => kind.startsWith('missing'));
  return { ...dayBalance(plan, { worked, incomplete }), pauses, deducted };
}

function frozenHours(plan: Plan, kept: FrozenHours | undefined): Hours {
  const { worked = 0, pauses = 0, deducted = 0, incomplete = 0 } = kept?.figures ?? {};
  const planned = kept?.planned ?? 0;
  const hours = dayBalance({ ...plan, planned }, { worked, incomplete: incomplete > 0 });
  return { ...hours, pauses, deducted };
}
