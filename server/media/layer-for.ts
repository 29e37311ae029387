/** A layer may have this many fewer rows than are shown, and still look sharp. */
const ENOUGH = 0.75;

/**
 * The smallest of the simulcast layers that fills a picture of so many rows of pixels. Each layer has half the rows of the
 * next one. Pure.
 *
 * @param wanted rows of pixels on the screen of the viewer
 * @param full rows of the largest layer; 0 where they are not known, and the largest is chosen
 * @param layers how many there are
 */
export function layerFor(wanted: number, full: number, layers: number): number {
  for (let layer = 0; layer < layers - 1; layer += 1) {
    if (full / 2 ** (layers - 1 - layer) >= wanted * ENOUGH) return layer;
  }
  return Math.max(0, layers - 1);
}
