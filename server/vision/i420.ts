/**
 * Converts planar YUV directly to a network's tensor, without an RGB picture in between.
 *
 * Color: ITU-R BT.601, limited range (Y 16..235, U and V 16..240), which is what WebRTC video uses. Chroma samples are
 * assumed to lie in the middle of their 2×2 luma block, where libyuv puts them. Coordinates here are indices: (0, 0) is
 * the center of the first luma sample.
 */
import type { I420Frame } from './types.ts';

/** The pixel format a network expects: `(x − mean) / scale` with x in 0..255, one plane per channel in this order. */
export interface PixelFormat {
  channels: 'rgb' | 'bgr' | 'gray';
  /** One number per channel, in the order of `channels`. */
  mean: readonly number[];
  scale: number;
}

/** Luma of black, and chroma without color. */
export const BLACK = 16;
export const GRAY = 128;

const Y_GAIN = 255 / 219;
/** BT.601: Kr = 0.299, Kb = 0.114; chroma gains for limited range. */
const R_V = (2 * (1 - 0.299) * 255) / 224;
const B_U = (2 * (1 - 0.114) * 255) / 224;
const G_U = (B_U * 0.114) / 0.587;
const G_V = (R_V * 0.299) / 0.587;

export function chromaWidth(frame: I420Frame): number {
  return (frame.width + 1) >> 1;
}

export function chromaHeight(frame: I420Frame): number {
  return (frame.height + 1) >> 1;
}

/** @throws RangeError if `data` is shorter than the frame's width and height require */
export function checkFrame(frame: I420Frame): void {
  const needed = frame.width * frame.height + 2 * chromaWidth(frame) * chromaHeight(frame);
  if (frame.width < 2 || frame.height < 2 || frame.data.length < needed) {
    throw new RangeError(
      `${frame.width}×${frame.height} I420 needs ${needed} bytes, not ${frame.data.length}`,
    );
  }
}

/**
 * Converts rows of luma and chroma (at the network's size) to `count` pixels of its tensor, starting at index `at`.
 * `plane` is the number of pixels in one channel of the tensor.
 */
export function writePixels(
  format: PixelFormat,
  into: Float32Array,
  at: number,
  plane: number,
  count: number,
  y: Float32Array,
  u: Float32Array,
  v: Float32Array,
): void {
  const gain = 1 / format.scale;
  if (format.channels === 'gray') {
    const mean = format.mean[0]!;
    for (let i = 0; i < count; i++) into[at + i] = (clamp((y[i]! - BLACK) * Y_GAIN) - mean) * gain;
    return;
  }
  const bgr = format.channels === 'bgr';
  const r = at + (bgr ? 2 * plane : 0);
  const g = at + plane;
  const b = at + (bgr ? 0 : 2 * plane);
  const meanR = format.mean[bgr ? 2 : 0]!;
  const meanG = format.mean[1]!;
  const meanB = format.mean[bgr ? 0 : 2]!;
  for (let i = 0; i < count; i++) {
    const luma = (y[i]! - BLACK) * Y_GAIN;
    const du = u[i]! - GRAY;
    const dv = v[i]! - GRAY;
    into[r + i] = (clamp(luma + R_V * dv) - meanR) * gain;
    into[g + i] = (clamp(luma - G_U * du - G_V * dv) - meanG) * gain;
    into[b + i] = (clamp(luma + B_U * du) - meanB) * gain;
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
