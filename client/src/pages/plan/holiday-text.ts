/** Holidays in words. */
import { msg, str } from '@lit/localize';
import type { HolidayImportAct, HolidayOff, HolidayView, LeftOutEvent } from '#protocol/holidays.ts';
import { dateFormat } from '../../locales/intl.ts';
import { dateText } from './date-text.ts';

interface OffText {
  title: string;
  consequence: string;
}

export function offText(off: HolidayOff): OffText {
  const texts: Record<HolidayOff, OffText> = {
    day: { title: msg('Whole day free'), consequence: msg('Nothing is planned on this day.') },
    afternoon: {
      title: msg('Afternoon free'),
      consequence: msg('Only the first half of the planned time is worked.'),
    },
    nothing: {
      title: msg('Worked as usual'),
      consequence: msg('It is no holiday here, whatever the calendar of the country says.'),
    },
  };
  return texts[off];
}

/** Where a holiday comes from, and where it holds. */
export function sourceText({ source, siteId }: HolidayView, hasSites: boolean): string {
  if (source === 'public') return msg('Public holiday');
  const from = source === 'entered' ? msg('Entered by hand') : msg('Calendar file');
  if (!hasSites) return from;
  return siteId === null ? msg(str`${from}, for all sites`) : msg(str`${from}, for this site`);
}

/** “Thu, Dec 24, 2026”. @param date YYYY-MM-DD */
export function dayText(date: string): string {
  return dateFormat({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
}

/** “Thu, Dec 24”. @param date YYYY-MM-DD */
export function dayOfYearText(date: string): string {
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** @param before what is on the date now */
export function importActText(act: HolidayImportAct, before: string | null): string {
  const texts: Record<HolidayImportAct, () => string> = {
    add: () => (before === null ? msg('New', { id: 'holiday-new' }) : msg(str`In place of ${before}`)),
    change: () => msg(str`Until now: ${before ?? ''}`),
    unchanged: () => msg('Unchanged', { id: 'holiday-unchanged' }),
    kept: () => msg(str`Not taken over: ${before ?? ''} was entered by hand`),
  };
  return texts[act]();
}

/** “Party (Dec 24, 2026): has a time of day, so it is no holiday”. */
export function leftOutText({ name, date, why }: LeftOutEvent): string {
  const reasons: Record<LeftOutEvent['why'], () => string> = {
    'not-whole-day': () => msg('has a time of day, so it is not a holiday'),
    cancelled: () => msg('is cancelled'),
    outside: () => msg('is outside of the dates that you chose'),
    'same-date': () => msg('there is another event on this date'),
    'no-date': () => msg('has no date that can be read'),
  };
  const event = date === null ? name : `${name} (${dateText(date)})`;
  return msg(str`${event}: ${reasons[why]()}`);
}
