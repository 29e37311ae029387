/** What is open in a month before it is closed. */
import { boardEntry } from './board-entry.ts';
import { monthOf } from './closing.ts';
import type { DoorReading } from './policy.ts';
import type { WorkDay } from './work-days.ts';

/**
 * `still-there`: the work day is not over. `correction-waiting`, `absence-waiting`: nobody has approved or refused it yet.
 * `no-department`: the person has work that no manager sees.
 */
type OpenKind =
  | 'missing-arrival'
  | 'missing-departure'
  | 'still-there'
  | 'correction-waiting'
  | 'absence-waiting'
  | 'no-department';

export interface OpenItem {
  kind: OpenKind;
  /** YYYY-MM-DD; null if the item concerns the whole month. */
  date: string | null;
}

export interface MonthOfPerson {
  department: string;
  /** In order. The days after the month show whether its last day is over. */
  days: readonly WorkDay[];
  reading: DoorReading;
  /** Dates of the punches that the waiting corrections would add or void; a date may be repeated. */
  waiting: readonly string[];
  /** The same of the absences that were asked for and not decided on. */
  absences: readonly string[];
}

export interface OpenItemsOptions {
  /** YYYY-MM */
  month: string;
  /** The current work date of the person. */
  today: string;
  /** Epoch ms. */
  now: number;
  /** Whether managers see people by department: then a person without one matters. */
  byDepartment: boolean;
}

/** In the order of dates; items that concern the whole month come last. */
export function openItems(
  { department, days, reading, waiting, absences }: MonthOfPerson,
  { month, today, now, byDepartment }: OpenItemsOptions,
): OpenItem[] {
  const items: OpenItem[] = [];
  const own = days.filter(({ date }) => monthOf(date) === month);
  for (const { date, stays } of own) {
    const { state } = boardEntry(days, reading, { date, today, now });
    const isThere = state === 'here' || state === 'seen';
    const ended = isThere ? stays.slice(0, -1) : stays;
    const missing = new Set(ended.map(({ state }) => state).filter((state) => state !== 'complete'));
    for (const kind of missing) items.push({ kind, date });
    if (isThere) items.push({ kind: 'still-there', date });
  }
  for (const date of new Set(waiting)) items.push({ kind: 'correction-waiting', date });
  for (const date of new Set(absences)) items.push({ kind: 'absence-waiting', date });
  items.sort((a, b) => (a.date! < b.date! ? -1 : Number(a.date! > b.date!)));
  const hasWork = own.some(({ punches }) => punches.length > 0);
  if (byDepartment && hasWork && department.trim() === '') items.push({ kind: 'no-department', date: null });
  return items;
}
