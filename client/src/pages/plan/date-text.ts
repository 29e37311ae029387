/** Dates of plans and absences, as they stand in lists. */
import { dateFormat } from '../../locales/intl.ts';

const OPTIONS = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;

/** The date on the calendar of the reader, YYYY-MM-DD. */
export function today(): string {
  const now = new Date();
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${now.getFullYear()}-${month}-${day}`;
}

/** “Nov 22, 2026”. @param date YYYY-MM-DD */
export function dateText(date: string): string {
  return dateFormat(OPTIONS).format(new Date(`${date}T00:00:00Z`));
}

/** “Nov 22 – 24, 2026”; one date where both are the same. */
export function datesText(from: string, to: string): string {
  if (from === to) return dateText(from);
  return dateFormat(OPTIONS).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}
