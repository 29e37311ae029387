/** Pairs the punches of one work day: when the person was there. */
import { LONGEST_CERTAIN_STAY, REPEATED, type WorkPolicy } from './policy.ts';
import type { WorkPunch } from './punch.ts';

/**
 * From an arrival to a departure.
 *
 * `missing-arrival`: only the departure is known. `missing-departure`: only the arrival is known, and perhaps later passings.
 * The caller treats such a stay as open for as long as the person may still be there.
 */
export type Stay<P extends WorkPunch> =
  | {
      state: 'complete';
      arrival: P;
      departure: P;
      /** True where a passing at an automatic door under `first-and-last` is the departure until a later one moves it. */
      moves: boolean;
    }
  | { state: 'missing-arrival'; departure: P }
  | { state: 'missing-departure'; arrival: P };

export type PairingRules = Pick<WorkPolicy, 'reading' | 'longestStay'>;

interface OpenStay<P> {
  arrival: P;
  /** The last passing; the arrival itself if there was no other. */
  last: P;
}

/** @param punches of one work day, in order (`inOrder`) */
export function pairUp<P extends WorkPunch>(punches: readonly P[], rules: PairingRules): Stay<P>[] {
  const stays: Stay<P>[] = [];
  let open: OpenStay<P> | null = null;

  for (const punch of punches) {
    if (open && isTooLong(open, punch, rules)) {
      stays.push(ended(open, rules));
      open = null;
    }
    const meaning: Meaning = punch.says ?? meaningAtDoor(open !== null, rules);
    if (meaning === 'seen') {
      open!.last = punch;
    } else if (meaning === 'in') {
      if (open && rules.reading === 'in-and-out' && punch.at - open.last.at > REPEATED) {
        stays.push(ended(open, rules));
        open = null;
      }
      // A second arrival under `first-and-last`, or soon after the first, means that the person was there all along.
      if (open) open.last = punch;
      else open = { arrival: punch, last: punch };
    } else if (open) {
      stays.push({ state: 'complete', arrival: open.arrival, departure: punch, moves: false });
      open = null;
    } else {
      leaveAgain(stays, punch, rules);
    }
  }
  if (open) stays.push(ended(open, rules));
  return stays;
}

type Meaning = 'in' | 'out' | 'seen';

function meaningAtDoor(isThere: boolean, { reading }: PairingRules): Meaning {
  if (!isThere) return 'in';
  return reading === 'in-and-out' ? 'out' : 'seen';
}

function isTooLong<P extends WorkPunch>(open: OpenStay<P>, punch: P, { longestStay }: PairingRules): boolean {
  const longest = punch.says === 'out' ? Math.max(longestStay, LONGEST_CERTAIN_STAY) : longestStay;
  return punch.at - open.arrival.at > longest;
}

/** Ends a stay for which no departure was said. */
function ended<P extends WorkPunch>({ arrival, last }: OpenStay<P>, { reading }: PairingRules): Stay<P> {
  // An explicit `in` at the end says that the person came back and left later, unseen.
  const wasSeen = reading === 'first-and-last' && last !== arrival && last.says === null;
  return wasSeen
    ? { state: 'complete', arrival, departure: last, moves: true }
    : { state: 'missing-departure', arrival };
}

/** Takes a departure for which no stay is open. */
function leaveAgain<P extends WorkPunch>(stays: Stay<P>[], punch: P, rules: PairingRules): void {
  const before = stays.at(-1);
  if (before?.state === 'complete' && departureMoves(before, punch, rules)) before.departure = punch;
  else if (before?.state === 'missing-arrival' && punch.at - before.departure.at <= REPEATED)
    before.departure = punch;
  else stays.push({ state: 'missing-arrival', departure: punch });
}

function departureMoves<P extends WorkPunch>(
  { arrival, departure }: Extract<Stay<P>, { state: 'complete' }>,
  punch: P,
  { reading, longestStay }: PairingRules,
): boolean {
  if (reading === 'in-and-out') return punch.at - departure.at <= REPEATED;
  return punch.at - arrival.at <= Math.max(longestStay, LONGEST_CERTAIN_STAY);
}
