/**
 * When a claim was made, by the clock of the server. A device has two clocks, and neither is always right: the wall clock
 * may be set, and the monotonic one starts over with each page and may stop while the machine sleeps. Both were compared
 * with the server before the claim and are compared again at its delivery, which gives up to four answers; the time is
 * the one that two of them agree on.
 */
import { CLAIM_LIMITS, type ClockAnchor, type ClockReading } from '../protocol/claims.ts';

export interface ClaimTime {
  /** Epoch ms. */
  at: number;
  /** Why a claim of this time must not be booked. */
  doubt: 'time-unsure' | 'too-old' | null;
}

/** Answers that differ by no more than this agree, ms: a slow request, … */
const SLACK = 5_000;
/** … and clocks that gain or lose up to 9 s a day. */
const DRIFT = 1e-4;

export interface ClaimClocks {
  made: ClockReading;
  /** Null where the device has never compared its clocks with the server. */
  anchor: ClockAnchor | null;
  /** At the delivery. */
  delivered: ClockReading;
}

/** @param now the time of the delivery, epoch ms */
export function timeOfClaim({ made, anchor: before, delivered }: ClaimClocks, now: number): ClaimTime {
  const after = { ...delivered, server: now };
  // The answers from the delivery are late by the time of the request, so they come last: mostly they confirm the others.
  const answers = [monotonic(made, before), wall(made, before), monotonic(made, after), wall(made, after)];
  const known = answers.filter((answer) => answer !== null);
  const tolerance = SLACK + DRIFT * Math.max(0, now - (before?.server ?? now));
  const agreed = known.find((answer, i) =>
    known.slice(i + 1).some((other) => Math.abs(answer - other) <= tolerance),
  );
  const at = Math.round(agreed ?? known[0] ?? now);
  if (agreed === undefined || at > now + tolerance) return { at: Math.min(at, now), doubt: 'time-unsure' };
  // It was made after the device last heard from the server.
  if (before && at < before.server - tolerance) return { at, doubt: 'time-unsure' };
  if (now - at > CLAIM_LIMITS.oldest) return { at, doubt: 'too-old' };
  return { at: Math.min(at, now), doubt: null };
}

function wall(made: ClockReading, anchor: ClockAnchor | null): number | null {
  return anchor && anchor.server + made.wall - anchor.wall;
}

function monotonic(made: ClockReading, anchor: ClockAnchor | null): number | null {
  return anchor && anchor.page === made.page ? anchor.server + made.monotonic - anchor.monotonic : null;
}
