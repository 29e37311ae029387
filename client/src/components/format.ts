/** How dates, spans of time and amounts are written, in the language of the page. */
import { msg, str } from '@lit/localize';
import { dateFormat, relativeTime } from '../locales/intl.ts';

/** 8 h 05 min; under an hour only minutes. */
export function span(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return msg(str`${minutes} min`);
  return msg(str`${hours} h ${String(minutes % 60).padStart(2, '0')} min`);
}

/** The same with a sign, for what may be negative: −0 h 30 min, +8 h 05 min. Nothing has none. */
export function signedSpan(milliseconds: number): string {
  if (Math.round(milliseconds / 60_000) === 0) return span(0);
  return `${milliseconds < 0 ? '−' : '+'}${span(Math.abs(milliseconds))}`;
}

/** @param date YYYY-MM-DD, a calendar date without a zone. */
export function longDate(date: string): string {
  return dateFormat({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
}

/** @param instant ISO 8601. */
export function shortDate(instant: string): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(instant));
}

/** The date that many days later, of YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** How long ago, in the largest sensible unit. */
export function ago(instant: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1000));
  if (seconds < 60) return msg('just now');
  if (seconds < 3600) return relativeTime(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return relativeTime(-Math.floor(seconds / 3600), 'hour');
  return shortDate(instant);
}

/** Such as Nov 22, 2026, 7:08 PM; on this machine's clock. */
export function dateTime(instant: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** @param localTime YYYY-MM-DD HH:MM on the clock of a site, as the server writes it. */
export function localDateTime(localTime: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`${localTime.replace(' ', 'T')}Z`),
  );
}

/** @param time HH:MM on the clock of a device, as the server writes it. */
export function clockTime(time: string): string {
  return dateFormat({ hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    new Date(`1970-01-01T${time}:00Z`),
  );
}

/** m:ss, never negative. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
