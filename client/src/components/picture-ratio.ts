import type { CameraState } from '#protocol/signaling.ts';

const USUAL = 16 / 9;

/** Width to height of the upright picture of a camera; the usual one until the analyzer has seen a picture. */
export function ratioOf({ width, height }: Pick<CameraState, 'width' | 'height'>): number {
  return width && height ? width / height : USUAL;
}
