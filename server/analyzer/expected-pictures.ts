/** Picture sizes that cameras are likely to send; the networks are prepared for them before the first picture. */
import type { CameraPicture } from '../vision/face-detector.ts';

/** What our pages request from cameras (`RESOLUTIONS` of the client), and what a phone held upright delivers. */
const SIZES = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 1920, height: 1080 },
] as const;

/** @param minFaces smallest faces that cameras are set to look for, as fractions of the picture's height */
export function expectedPictures(minFaces: readonly number[]): CameraPicture[] {
  return [...new Set(minFaces)].flatMap((minFace) =>
    SIZES.map(({ width, height }) => ({ width, height, minFace })),
  );
}
