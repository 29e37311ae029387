/** Planned and worked hours compared: by day, week and month, and as a balance that runs on. */
import type { BalanceEntryKind } from '../protocol/schedules.ts';
import { addDays, daysFrom, weekdayOf } from '../time/zoned.ts';
import type { Plan } from './plans.ts';
import type { WorkDay } from './work-days.ts';

/** Durations in ms. */
interface Hours {
  planned: number;
  worked: number;
  /** Absence that counts as worked. */
  credited: number;
  /** `worked` and `credited` less `planned`. */
  overtime: number;
}

export interface DayBalance extends Hours {
  /** YYYY-MM-DD */
  date: string;
  /** An arrival or a departure is missing: more was worked than is counted. */
  incomplete: boolean;
}

/**
 * Vacation counts the planned time. Sickness and a trip raise what was worked to the planned time: a person who is sent home
 * at noon, or passes the door in the morning of a trip, has worked neither less nor more than planned.
 */
export function dayBalance(
  { date, planned, absences }: Plan,
  day: Pick<WorkDay, 'worked' | 'incomplete'> | null,
): DayBalance {
  const worked = day?.worked ?? 0;
  let vacation = 0;
  let filling = 0;
  for (const { kind, counts, time } of absences) {
    if (!counts) continue;
    if (kind === 'vacation') vacation += time;
    else filling += time;
  }
  const credited = vacation + Math.max(0, Math.min(filling, planned - vacation - worked));
  const overtime = worked + credited - planned;
  return { date, planned, worked, credited, overtime, incomplete: day?.incomplete ?? false };
}

export interface SpanBalance extends Hours {
  /** `2026-W48` or `2026-11`. */
  span: string;
  incomplete: boolean;
}

/** @param days in order */
export function balanceBy(unit: 'week' | 'month', days: readonly DayBalance[]): SpanBalance[] {
  const spans: SpanBalance[] = [];
  for (const day of days) {
    const span = unit === 'week' ? isoWeekOf(day.date) : monthOf(day.date);
    let last = spans.at(-1);
    if (last?.span !== span) {
      last = { span, planned: 0, worked: 0, credited: 0, overtime: 0, incomplete: false };
      spans.push(last);
    }
    last.planned += day.planned;
    last.worked += day.worked;
    last.credited += day.credited;
    last.overtime += day.overtime;
    last.incomplete ||= day.incomplete;
  }
  return spans;
}

/** YYYY-MM */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** The ISO 8601 week: the first week of a year contains 4 January. */
export function isoWeekOf(date: string): string {
  const thursday = addDays(date, 4 - weekdayOf(date));
  const year = thursday.slice(0, 4);
  const week = Math.floor(daysFrom(`${year}-01-01`, thursday) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

export interface BalanceEntry {
  kind: BalanceEntryKind;
  /** YYYY-MM-DD */
  date: string;
  /** ms. `start`: the balance at the beginning of that date. `payout`: taken off. `correction`: added, may be negative. */
  amount: number;
}

export interface BalanceMonth extends SpanBalance {
  /** Balance at its beginning, ms. */
  carried: number;
  corrected: number;
  paidOut: number;
  /** Above the cap at its end. */
  forfeited: number;
  /** At its end, or at its last known day. */
  balance: number;
  /** Whether its last day is known: only then is the cap applied. */
  whole: boolean;
}

export interface RunningBalanceOptions {
  /** One for each date, in order. */
  days: readonly DayBalance[];
  /** In any order. Of several starts the last counts, and nothing before it. */
  entries: readonly BalanceEntry[];
  /** The most that is carried from a month (YYYY-MM) to the next, ms; null: all. */
  capOf: (month: string) => number | null;
}

/** The balance month by month: each carries what the one before left. */
export function runningBalance({ days, entries, capOf }: RunningBalanceOptions): BalanceMonth[] {
  const lastDate = days.at(-1)?.date ?? '';
  const start = entries
    .filter(({ kind, date }) => kind === 'start' && date <= lastDate)
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
    .at(-1);
  const from = start?.date ?? days[0]?.date ?? '';
  const counted = days.filter(({ date }) => date >= from);
  let carried = start?.amount ?? 0;

  const months: BalanceMonth[] = [];
  for (const month of balanceBy('month', counted)) {
    const total = (of: BalanceEntryKind) =>
      entries
        .filter(({ kind, date }) => kind === of && monthOf(date) === month.span)
        .filter(({ date }) => date >= from && date <= lastDate)
        .reduce((sum, { amount }) => sum + amount, 0);
    const corrected = total('correction');
    const paidOut = total('payout');
    const before = carried + month.overtime + corrected - paidOut;
    const whole = monthOf(addDays(lastDate, 1)) > month.span;
    const cap = whole ? capOf(month.span) : null;
    const forfeited = cap === null ? 0 : Math.max(0, before - cap);
    const balance = before - forfeited;
    months.push({ ...month, carried, corrected, paidOut, forfeited, balance, whole });
    carried = balance;
  }
  return months;
}
