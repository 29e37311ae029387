/** The face of a sighting as a small picture file, for the snapshot of a punch. Made only if a site keeps snapshots. */
import type { PixelFormat } from './i420.ts';
import type { Detection, I420Frame } from './types.ts';
import { FaceCropper } from './warp.ts';

/** Width and height, pixels. */
export const CROP_SIDE = 112;
/** Size of the crop relative to the face box: enough surroundings for a person to recognize the face. */
const AROUND = 1.4;
/** BITMAPFILEHEADER and BITMAPINFOHEADER, bytes. */
const HEADER = 54;
const BGR: PixelFormat = { channels: 'bgr', mean: [0, 0, 0], scale: 1 };

const pixels = CROP_SIDE * CROP_SIDE;
const cropper = new FaceCropper(CROP_SIDE, CROP_SIDE);
const planes = new Float32Array(3 * pixels);

/** A Windows bitmap, 112×112, 24 bits per pixel: every browser can show it, and nothing has to be compressed here. */
export function faceCrop(frame: I420Frame, { x, y, width, height }: Detection): Uint8Array {
  const side = Math.max(width, height) * AROUND;
  const step = side / CROP_SIDE;
  const left = x + (width - side) / 2 + (step - 1) / 2;
  const top = y + (height - side) / 2 + (step - 1) / 2;
  cropper.crop(frame, { xx: step, xy: 0, x: left, yx: 0, yy: step, y: top }, BGR, planes);
  return bitmap();
}

/** Rows go from bottom to top. 3 × 112 bytes are a multiple of four, so rows need no padding. */
function bitmap(): Uint8Array {
  const file = new Uint8Array(HEADER + 3 * pixels);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, CROP_SIDE, true);
  view.setInt32(22, CROP_SIDE, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, 3 * pixels, true);
  for (let row = 0; row < CROP_SIDE; row++) {
    let at = HEADER + (CROP_SIDE - 1 - row) * 3 * CROP_SIDE;
    for (let i = row * CROP_SIDE; i < (row + 1) * CROP_SIDE; i++) {
      for (let channel = 0; channel < 3; channel++) {
        file[at++] = Math.min(255, Math.max(0, Math.round(planes[channel * pixels + i]!)));
      }
    }
  }
  return file;
}
