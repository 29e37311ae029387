import { expect, it } from 'vitest';
import type { ChallengeProgress, ObservedFace } from '#protocol/results.ts';
import { challengeOf } from './challenge-of.ts';

const point = [0.5, 0.5] as const;
const face = (track: number, side: number, challenge?: ChallengeProgress): ObservedFace => ({
  track,
  box: [0, 0, side, side],
  landmarks: [point, point, point, point, point],
  state: challenge ? 'challenge' : 'recognized',
  ...(challenge && { challenge }),
});
const turn: ChallengeProgress = { act: 'turn-left', step: 0, of: 2, remaining: 9_000, limit: 20_000 };
const nod: ChallengeProgress = { ...turn, act: 'look-up' };

it('the station shows no challenge if no face is challenged', () => {
  expect(challengeOf([])).toBeNull();
  expect(challengeOf([face(1, 0.4)])).toBeNull();
});

it('the station shows the challenge of the largest challenged face, even if a larger face is not challenged', () => {
  expect(challengeOf([face(1, 0.1, nod), face(2, 0.3, turn), face(3, 0.6)])).toBe(turn);
});
