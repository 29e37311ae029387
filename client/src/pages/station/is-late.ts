import type { AttendanceEvent } from '#protocol/results.ts';

/** A result this old belongs to nobody who still stands there, ms. */
export const LATE = 30_000;

/**
 * Booked long after the person was seen, because the database was away: they have gone, and were told that it is saved.
 *
 * @param now by the clock of the server, epoch ms
 */
export function isLate({ seenAt }: AttendanceEvent, now: number): boolean {
  return now - Date.parse(seenAt) > LATE;
}
