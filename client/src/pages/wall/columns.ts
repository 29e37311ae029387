/** How many cameras stand side by side on the wall. */

export interface Area {
  /** CSS pixels. */
  width: number;
  height: number;
}

/** A narrower tile shows no face that anybody could recognize, CSS pixels. */
const NARROWEST = 240;
/** Below the picture of each tile: its name and figures. */
const CAPTION = 64;
const GAP = 12;

/**
 * The number of columns with the largest pictures that all fit into the area; where they do not, as many as are not too
 * narrow, and the page scrolls. Pure.
 *
 * @param ratio width to height of a picture
 */
export function columnsFor(count: number, { width, height }: Area, ratio: number): number {
  if (count <= 1) return 1;
  const most = Math.max(1, Math.min(count, Math.floor((width + GAP) / (NARROWEST + GAP))));
  let best = most;
  let largest = 0;
  for (let columns = 1; columns <= most; columns += 1) {
    const rows = Math.ceil(count / columns);
    const across = (width - GAP * (columns - 1)) / columns;
    const down = (height - GAP * (rows - 1)) / rows - CAPTION;
    const picture = Math.min(across, down * ratio);
    // Strictly more: of two that show the same, fewer columns leave less empty space.
    if (picture >= NARROWEST && picture > largest) {
      largest = picture;
      best = columns;
    }
  }
  return best;
}

/** The widest that a tile may be, so that so many rows fit into the height; undefined where the page scrolls anyway. */
export function tileWidth(count: number, columns: number, { width, height }: Area, ratio: number): number {
  const rows = Math.ceil(count / columns);
  const across = (width - GAP * (columns - 1)) / columns;
  const down = ((height - GAP * (rows - 1)) / rows - CAPTION) * ratio;
  return Math.floor(down >= NARROWEST ? Math.min(across, down) : across);
}
