import { describe, expect, it } from 'vitest';
import { type Challenge, drawChallenge } from './challenge.ts';
import { openEvidence } from './evidence.ts';
import { failedChallenges } from './failed-challenges.ts';
import { defaultChallengePolicy } from './policy.ts';
import type { CameraTracks, Track } from './types.ts';

const drawn = drawChallenge(1_000, { random: () => 0, eyes: false }, defaultChallengePolicy);

function track(id: number, personId?: string, change: Partial<Challenge> = {}): Track {
  const sighting = { personId: personId ?? '', similarity: 0.6, margin: 0.3, frames: 3, live: null };
  return {
    id,
    face: { x: 0, y: 0, width: 10, height: 10, score: 1, landmarks: new Float32Array(10) },
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: 0,
    lastSeen: 1_000,
    at: 1_000,
    hits: 9,
    evidence: openEvidence(),
    motion: [],
    ...(personId !== undefined && { gate: { sighting, challenge: { ...drawn, ...change } } }),
  };
}

const camera = (...tracks: Track[]): CameraTracks => ({ nextId: 9, tracks });

describe('failedChallenges', () => {
  it('failedChallenges remembers a person who left during a challenge, as failed at that time', () => {
    const failed = failedChallenges(camera(track(1, 'ana'), track(2)), camera(track(2)), 5_000);
    expect(failed).toMatchObject([
      { subject: 'ana', challenge: { state: 'failed', at: 5_000, failures: 0 } },
    ]);
  });

  it('failedChallenges remembers a person who left after failing, with the time of the failure', () => {
    const before = camera(track(1, 'ana', { state: 'failed', at: 2_000, failures: 3 }));
    expect(failedChallenges(before, camera(), 5_000)).toMatchObject([
      { subject: 'ana', challenge: { at: 2_000, failures: 3 } },
    ]);
  });

  it('failedChallenges does not remember people who are still in view or were not challenged', () => {
    expect(failedChallenges(camera(track(1, 'ana')), camera(track(1, 'ana')), 5_000)).toEqual([]);
    expect(failedChallenges(camera(track(1)), camera(), 5_000)).toEqual([]);
  });

  it('failedChallenges keeps the last failure of each person, for a limited time and number of people', () => {
    const first = {
      ...camera(track(1, 'ana')),
      failed: [{ subject: 'ana', challenge: { ...drawn, at: 10 } }],
    };
    const failed = failedChallenges(first, camera(), 5_000);
    expect(failed.map(({ challenge }) => challenge.at)).toEqual([5_000]);
    expect(failedChallenges({ ...camera(), failed }, camera(), 700_000)).toEqual([]);
    const crowd = camera(...Array.from({ length: 50 }, (_, i) => track(i, `p${i}`)));
    expect(failedChallenges(crowd, camera(), 5_000).map(({ subject }) => subject)).toEqual(
      Array.from({ length: 32 }, (_, i) => `p${i + 18}`),
    );
  });
});
