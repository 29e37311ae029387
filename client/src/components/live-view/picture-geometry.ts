/** The position of a point of the picture on the screen. The picture covers its frame and may be mirrored. */
import type { Mounting } from '#protocol/devices.ts';
import type { Box } from '#protocol/face.ts';

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
 * `object-fit: cover` centers the picture and scales it until both sides reach the frame; the rest is
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

/**
 * The style of a video that shows the picture of a camera upright, and as in a mirror where it is mirrored. On its side the
 * element is as wide as the view is high, and is turned about the middle.
 *
 * @param view CSS pixels; nothing is known of it at first
 */
export function uprightVideo({ turn, mirrored: flipped }: Mounting, view: Size, mirrored: boolean) {
  const onSide = turn === 90 || turn === 270;
  const size = onSide
    ? {
        inset: 'auto',
        left: `${(view.width - view.height) / 2}px`,
        top: `${(view.height - view.width) / 2}px`,
        width: `${view.height}px`,
        height: `${view.width}px`,
      }
    : {};
  return { ...size, transform: uprightTransform({ turn, mirrored: flipped }, mirrored) };
}

/** CSS, to be read from right to left: turned first, as the analyzer does it. */
export function uprightTransform({ turn, mirrored: flipped }: Mounting, mirrored: boolean): string {
  return `scaleX(${mirrored === flipped ? 1 : -1}) rotate(${turn}deg)`;
}

/** Between a face and its label, and between a label and the edge of the view, pixels. */
const GAP = 12;
/** Fractions of the view reserved for the clock above and the results below. */
const RESERVED = { above: 0.15, below: 0.18 };
/** A label is at most this high, pixels. */
const LABEL = 56;

export interface LabelPlace {
  /** The label is centered between `left` and `left + width`; one that is wider overflows away from the near edge. */
  left: number;
  width: number;
  /** Its upper edge, or with `above` its lower one. */
  y: number;
  above: boolean;
  /** The near edge of the view is the right one. */
  right: boolean;
}

/** The place of the label of a face: below it, otherwise above it, and always inside the view. Pixels of the view. */
export function placeLabel(face: Rect, view: Size): LabelPlace {
  const middle = Math.min(view.width - GAP, Math.max(GAP, face.left + face.width / 2));
  const right = middle > view.width / 2;
  const half = right ? view.width - GAP - middle : middle - GAP;
  const across = { left: middle - half, width: 2 * half, right };
  const bottom = face.top + face.height + GAP;
  if (bottom + LABEL <= view.height * (1 - RESERVED.below)) {
    return { ...across, y: Math.max(bottom, view.height * RESERVED.above), above: false };
  }
  return { ...across, y: Math.max(face.top - GAP, view.height * RESERVED.above + LABEL), above: true };
}
