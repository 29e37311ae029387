/** Where a point of the picture lies on the screen, when the picture covers its frame and may be mirrored. */
import type { Box } from '../../../../server/protocol/face.ts';

export interface Size {
  width: number;
  height: number;
}

/** CSS pixels, from the top left of the view. */
export interface Rect extends Size {
  left: number;
  top: number;
}

/**
 * `object-fit: cover` centres the picture and scales it until both sides reach the frame; what stands over is
 * cut off. A box may therefore lie partly, or wholly, outside the view.
 *
 * @param box Fractions of the unmirrored picture.
 * @param picture Pixels; only the ratio counts.
 * @param view CSS pixels.
 */
export function placeBox(box: Box, picture: Size, view: Size, mirrored: boolean): Rect {
  const scale = Math.max(view.width / picture.width, view.height / picture.height);
  const shown = { width: picture.width * scale, height: picture.height * scale };
  const [x, y, width, height] = box;
  const left = mirrored ? 1 - x - width : x;
  return {
    left: (view.width - shown.width) / 2 + left * shown.width,
    top: (view.height - shown.height) / 2 + y * shown.height,
    width: width * shown.width,
    height: height * shown.height,
  };
}
