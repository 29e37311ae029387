/** When a camera recognizes anybody: by weekday and by the clock of its site. Pure. */
import type { WeekHours } from '../protocol/devices.ts';
import { addDays, dateAt, reachedAt, weekdayOf } from '../time/zoned.ts';

export interface Recognizing {
  now: boolean;
  /** When that changes, epoch ms; null: never. */
  until: number | null;
}

/** Days after which the hours repeat, and so the farthest that a change can be away. */
const WEEK = 7;

/** @param hours null: always */
export function recognizingAt(hours: WeekHours | null, timeZone: string, at: number): Recognizing {
  if (!hours) return { now: true, until: null };
  const spans = spansAround(hours, timeZone, at);
  const current = spans.find(({ from, to }) => from <= at && at < to);
  if (!current) return { now: false, until: spans.find(({ from }) => from > at)?.from ?? null };
  let { to } = current;
  for (const next of spans) if (next.from <= to && next.to > to) to = next.to;
  const last = reachedAt(addDays(dateAt(at, timeZone), WEEK), '00:00', timeZone);
  return { now: true, until: to >= last ? null : to };
}

/** From yesterday, whose hours may pass midnight, to a day that is like today. In the order of their beginning. */
function spansAround(hours: WeekHours, timeZone: string, at: number): { from: number; to: number }[] {
  const today = dateAt(at, timeZone);
  return Array.from({ length: WEEK + 2 }, (_, i) => addDays(today, i - 1)).flatMap((date) => {
    const day = hours[weekdayOf(date) - 1];
    if (!day) return [];
    const end = day.to > day.from ? date : addDays(date, 1);
    return [{ from: reachedAt(date, day.from, timeZone), to: reachedAt(end, day.to, timeZone) }];
  });
}
