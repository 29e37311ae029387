import type { ObservedFace } from '#protocol/results.ts';

/** The largest of the faces for which `concerned` holds: the station speaks to one person at a time. */
export function largestFace(
  faces: readonly ObservedFace[],
  concerned: (face: ObservedFace) => boolean,
): ObservedFace | null {
  let largest: ObservedFace | null = null;
  for (const face of faces) {
    if (concerned(face) && (!largest || size(face) > size(largest))) largest = face;
  }
  return largest;
}

function size({ box: [, , width, height] }: ObservedFace): number {
  return width * height;
}
