/**
 * A number drawn into the pixels of a picture, so that a benchmark can tell when an analyzed frame was drawn.
 *
 * Geometry: `TIMECODE_BITS` squares side by side from the top left corner, each with a side of width / 20 (32 px at
 * 640). Square i is white if bit i (value 2^i) is set, otherwise black. Large blocks survive video compression, and
 * faces are rarely in the left half of the top edge.
 */
import type { I420Frame } from './types.ts';

export const TIMECODE_BITS = 10;
/** Side of a block as a fraction of the picture's width. */
export const TIMECODE_BLOCK = 1 / 20;

/** Halfway between black (16) and white (235) in limited range. */
const MIDDLE = 125.5;

/** Returns 0 .. 2^TIMECODE_BITS − 1. Reads the middle half of each block; without a time code the result is noise. */
export function readTimecode(frame: I420Frame): number {
  const side = frame.width * TIMECODE_BLOCK;
  let code = 0;
  for (let bit = 0; bit < TIMECODE_BITS; bit++) {
    const x0 = Math.round((bit + 0.25) * side);
    const x1 = Math.max(x0 + 1, Math.round((bit + 0.75) * side));
    const y0 = Math.round(0.25 * side);
    const y1 = Math.max(y0 + 1, Math.round(0.75 * side));
    let sum = 0;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) sum += frame.data[y * frame.width + x]!;
    }
    if (sum / ((x1 - x0) * (y1 - y0)) > MIDDLE) code |= 1 << bit;
  }
  return code;
}
