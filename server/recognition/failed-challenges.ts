/**
 * Challenges that were failed or walked away from, by person: whoever leaves the picture and comes back is another
 * track, and would otherwise be spared the pause, or draw until the movements suit. Pure.
 */
import type { CameraTracks, FailedChallenge } from './types.ts';

/** Longer ago counts for nothing, ms. */
const FORGET = 10 * 60_000;
/** People remembered at one camera, the latest. */
const MOST = 32;

/** What is remembered after a frame: tracks that are in `before` and not in `after` have ended with it. */
export function failedChallenges(before: CameraTracks, after: CameraTracks, at: number): FailedChallenge[] {
  const there = new Set(after.tracks.map(({ id }) => id));
  const left = before.tracks.flatMap(({ id, gate }): FailedChallenge[] => {
    if (!gate || there.has(id)) return [];
    const { challenge, sighting } = gate;
    const failed = challenge.state === 'failed' ? challenge : { ...challenge, state: 'failed' as const, at };
    return [{ personId: sighting.personId, challenge: failed }];
  });
  const people = new Set(left.map(({ personId }) => personId));
  const kept = (before.failed ?? []).filter(
    ({ personId, challenge }) => !people.has(personId) && at - challenge.at < FORGET,
  );
  return [...kept, ...left].slice(-MOST);
}
