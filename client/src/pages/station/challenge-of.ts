import type { ChallengeProgress, ObservedFace } from '#protocol/results.ts';

/** The challenge that the station shows: that of the largest face; null where no face has one. */
export function challengeOf(faces: readonly ObservedFace[]): ChallengeProgress | null {
  let largest: ObservedFace | null = null;
  for (const face of faces) {
    if (face.challenge && (!largest || size(face) > size(largest))) largest = face;
  }
  return largest?.challenge ?? null;
}

function size({ box: [, , width, height] }: ObservedFace): number {
  return width * height;
}
