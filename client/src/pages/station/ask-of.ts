import type { ObservedFace } from '#protocol/results.ts';
import { largestFace } from './largest-face.ts';

/** The question that the station asks: about the largest face that has one; null where no face has one. */
export function askOf(faces: readonly ObservedFace[]): string | null {
  return largestFace(faces, ({ ask }) => ask !== undefined)?.ask ?? null;
}
