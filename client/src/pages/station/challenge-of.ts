import type { ChallengeProgress, ObservedFace } from '#protocol/results.ts';

/** Whose challenge the station shows: that of the largest face, one instruction at a time; null where nobody has one. */
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
