/**
 * Challenges that were failed or abandoned, by subject. A person who leaves the picture and comes back is a new track;
 * without this memory the person would skip the wait, or could redraw until the movements suit. Pure.
 */
import { subjectOf } from './look-alike-evidence.ts';
import type { CameraTracks, FailedChallenge } from './types.ts';

/** A challenge older than this is forgotten, ms. */
const FORGET = 10 * 60_000;
/** Maximum number of people remembered at one camera, the latest ones. */
const MOST = 32;

/** The memory after a frame. Tracks that are in `before` but not in `after` have ended with it. */
export function failedChallenges(before: CameraTracks, after: CameraTracks, at: number): FailedChallenge[] {
  const there = new Set(after.tracks.map(({ id }) => id));
  const left = before.tracks.flatMap(({ id, gate }): FailedChallenge[] => {
    if (!gate || there.has(id)) return [];
    const { challenge, sighting } = gate;
    const failed = challenge.state === 'failed' ? challenge : { ...challenge, state: 'failed' as const, at };
    return [{ subject: subjectOf(sighting), challenge: failed }];
  });
  const again = new Set(left.map(({ subject }) => subject));
  const kept = (before.failed ?? []).filter(
    ({ subject, challenge }) => !again.has(subject) && at - challenge.at < FORGET,
  );
  return [...kept, ...left].slice(-MOST);
}
