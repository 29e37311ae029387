import { msg, str } from '@lit/localize';
import type { WorkDayView } from '#protocol/attendance.ts';
import { dateFormat } from '../../locales/intl.ts';

type Dated = Pick<WorkDayView, 'because' | 'date'> & { punches: { localDate: string; voided?: unknown }[] };

/** Why punches of another date count on this work day; an empty string if no such punch does. */
export function becauseText({ because, date, punches }: Dated): string {
  if (because === 'turn') return '';
  if (punches.every(({ localDate, voided }) => localDate === date || voided !== undefined)) return '';
  const day = dateFormat({ weekday: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
  return because === 'shift'
    ? msg(str`Counted on ${day} because the shift began on ${day}`)
    : msg(str`Counted on ${day} because the stay began on ${day}`);
}
