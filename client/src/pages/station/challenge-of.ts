import type { ChallengeProgress, ObservedFace } from '#protocol/results.ts';
import { largestFace } from './largest-face.ts';

/** The challenge that the station shows: that of the largest face; null where no face has one. */
export function challengeOf(faces: readonly ObservedFace[]): ChallengeProgress | null {
  return largestFace(faces, ({ challenge }) => challenge !== undefined)?.challenge ?? null;
}
