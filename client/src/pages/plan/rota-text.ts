/** The weeks of a rota in words. */
import { msg } from '@lit/localize';
import type { RotaRecord, ShiftView } from '#protocol/schedules.ts';
import { dateFormat, list } from '../../locales/intl.ts';

type Week = RotaRecord['weeks'][number];

/** Days in a row on which the same shifts are worked. */
export interface DayGroup {
  /** First and last weekday, from 1 for Monday. */
  first: number;
  last: number;
  shiftIds: readonly string[];
}

export function dayGroups(week: Week): DayGroup[] {
  const groups: DayGroup[] = [];
  for (const [index, shiftIds] of week.entries()) {
    const before = groups.at(-1);
    if (before && before.shiftIds.join() === shiftIds.join()) before.last = index + 1;
    else groups.push({ first: index + 1, last: index + 1, shiftIds });
  }
  return groups;
}

/** “Mon – Fri Day, Sat – Sun free”. */
export function weekText(week: Week, shifts: readonly ShiftView[]): string {
  return dayGroups(week)
    .map(({ first, last, shiftIds }) => {
      const days = first === last ? weekdayText(first) : `${weekdayText(first)} – ${weekdayText(last)}`;
      return `${days} ${shiftsText(shiftIds, shifts)}`;
    })
    .join(', ');
}

/** “Early and Late”, or “free”. */
export function shiftsText(ids: readonly string[], shifts: readonly ShiftView[]): string {
  if (ids.length === 0) return msg('free');
  return list(ids.map((id) => shifts.find((shift) => shift.id === id)?.name ?? '–'));
}

/** @param weekday from 1 for Monday */
export function weekdayText(weekday: number, style: 'short' | 'long' = 'short'): string {
  // The 5th of January 2026 is a Monday.
  return dateFormat({ weekday: style, timeZone: 'UTC' }).format(Date.UTC(2026, 0, 4 + weekday));
}
