import { msg } from '@lit/localize';
import type { WeekHours } from '#protocol/devices.ts';
import { dateFormat, list } from '../../locales/intl.ts';

/** The hours in words, such as "Monday 06:00–20:00 and Tuesday 06:00–20:00". @param hours null: there are none to keep to */
export function weekText(hours: WeekHours | null): string {
  if (!hours) return msg('Always');
  return list(hours.flatMap((day, i) => (day ? [`${weekday(i)} ${day.from}–${day.to}`] : []))) || '–';
}

/** @param day 0 is Monday */
export function weekday(day: number): string {
  // 2024-01-01 was a Monday.
  return dateFormat({ weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day));
}
