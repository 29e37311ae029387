/** Pictures of a camera that hangs on its side or upside down, or that mirrors, made upright. Pure. */
import type { Mounting } from '../protocol/devices.ts';
import type { I420Frame } from './types.ts';

/** The size of the upright picture. */
export function uprightSize(
  { width, height }: { width: number; height: number },
  { turn }: Mounting,
): { width: number; height: number } {
  return turn === 90 || turn === 270 ? { width: height, height: width } : { width, height };
}

/** How the picture must be changed, when the stream says itself that it is to be turned by `rotation` degrees clockwise. */
export function withRotation({ turn, mirrored }: Mounting, rotation: number): Mounting {
  const whole = (((turn + Math.round(rotation / 90) * 90) % 360) + 360) % 360;
  return { turn: whole as Mounting['turn'], mirrored };
}

/**
 * Writes the picture turned clockwise, and then mirrored left to right. The three planes are turned one by one; those of an
 * odd size keep their rounded-up chroma.
 *
 * @param into exactly as long as the picture; not the picture's own data
 */
export function writeUpright({ data, width, height }: I420Frame, mounting: Mounting, into: Uint8Array): void {
  if (mounting.turn === 0 && !mounting.mirrored) {
    into.set(data);
    return;
  }
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  let at = 0;
  for (const [w, h] of [
    [width, height],
    [halfWidth, halfHeight],
    [halfWidth, halfHeight],
  ] as const) {
    const end = at + w * h;
    turnPlane(data.subarray(at, end), w, h, mounting, into.subarray(at, end));
    at = end;
  }
}

function turnPlane(
  from: Uint8Array,
  width: number,
  height: number,
  { turn, mirrored }: Mounting,
  into: Uint8Array,
): void {
  const across = turn === 90 || turn === 270 ? height : width;
  // Where the first pixel of the plane goes, and how far apart its neighbors to the right and below go.
  let [first, right, below] = [0, 1, across];
  if (turn === 90) [first, right, below] = [across - 1, across, -1];
  else if (turn === 180) [first, right, below] = [width * height - 1, -1, -across];
  else if (turn === 270) [first, right, below] = [(width - 1) * across, -across, 1];
  if (mirrored) {
    // Within its row, a pixel goes to the other side.
    const column = first % across;
    first += across - 1 - 2 * column;
    if (turn === 0 || turn === 180) right = -right;
    else below = -below;
  }
  for (let y = 0, i = 0, row = first; y < height; y += 1, row += below) {
    for (let x = 0, j = row; x < width; x += 1, j += right, i += 1) into[j] = from[i]!;
  }
}
