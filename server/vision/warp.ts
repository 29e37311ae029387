/** Cuts a small upright picture of a face out of a frame, by an affine map. */
import { BLACK, GRAY, chromaHeight, chromaWidth, writePixels } from './i420.ts';
import type { PixelFormat } from './i420.ts';
import type { I420Frame } from './types.ts';

/** Maps a pixel (u, v) of the crop to the frame: (xx·u + xy·v + x, yx·u + yy·v + y), both as indices. */
export interface Affine {
  xx: number;
  xy: number;
  x: number;
  yx: number;
  yy: number;
  y: number;
}

/** Most samples per crop pixel and axis: a face that shrinks more aliases a little and costs no more. */
const MOST_SAMPLES = 8;

/**
 * `area`: if the crop is smaller than what it shows, each of its pixels is the mean of a grid of bilinear samples that
 * is as dense as the frame's pixels; what lies outside the frame is black.
 * `point`: one bilinear sample per pixel, and the frame's edge is repeated outside, as OpenCV's `resize` does by
 * default. For nets that were trained on such crops, aliasing included.
 */
export type Sampling = 'area' | 'point';

/** Cuts crops of one size. */
export class FaceCropper {
  readonly width: number;
  readonly height: number;
  readonly #sampling: Sampling;
  readonly #y: Float32Array;
  readonly #u: Float32Array;
  readonly #v: Float32Array;

  constructor(width: number, height: number, sampling: Sampling = 'area') {
    this.#sampling = sampling;
    this.width = width;
    this.height = height;
    this.#y = new Float32Array(width * height);
    this.#u = new Float32Array(width * height);
    this.#v = new Float32Array(width * height);
  }

  /** Writes the crop to the beginning of `into`: planes of height × width. */
  crop(frame: I420Frame, map: Affine, format: PixelFormat, into: Float32Array): void {
    const luma = frame.width * frame.height;
    const cw = chromaWidth(frame);
    const ch = chromaHeight(frame);
    const { width, height } = this;
    const [black, gray] = this.#sampling === 'area' ? [BLACK, GRAY] : [null, null];
    sample(frame.data, 0, frame.width, frame.height, map, black, this.#y, width, height);
    if (format.channels !== 'gray') {
      const half: Affine = {
        xx: map.xx / 2,
        xy: map.xy / 2,
        x: (map.x + 0.5) / 2 - 0.5,
        yx: map.yx / 2,
        yy: map.yy / 2,
        y: (map.y + 0.5) / 2 - 0.5,
      };
      sample(frame.data, luma, cw, ch, half, gray, this.#u, width, height);
      sample(frame.data, luma + cw * ch, cw, ch, half, gray, this.#v, width, height);
    }
    const pixels = width * height;
    writePixels(format, into, 0, pixels, pixels, this.#y, this.#u, this.#v);
  }
}

/** Samples one plane. `outside`: value beyond the plane's edges; null: repeat the edge, and take one sample per pixel. */
function sample(
  data: Uint8Array,
  offset: number,
  stride: number,
  rows: number,
  map: Affine,
  outside: number | null,
  into: Float32Array,
  width: number,
  height: number,
): void {
  const nx = outside === null ? 1 : samples(map.xx, map.yx);
  const ny = outside === null ? 1 : samples(map.xy, map.yy);
  const share = 1 / (nx * ny);
  const within = liesWithin(map, width, height, stride, rows);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      let sum = 0;
      for (let j = 0; j < ny; j++) {
        const sv = v + (j + 0.5) / ny - 0.5;
        const su = u + 0.5 / nx - 0.5;
        let x = map.xx * su + map.xy * sv + map.x;
        let y = map.yx * su + map.yy * sv + map.y;
        for (let i = 0; i < nx; i++) {
          if (within) {
            // No coordinate is negative, so truncating is the same as Math.floor, and faster.
            const x0 = x | 0;
            const y0 = y | 0;
            const fx = x - x0;
            const at = offset + y0 * stride + x0;
            const a = data[at]!;
            const c = data[at + stride]!;
            const top = a + (data[at + 1]! - a) * fx;
            const bottom = c + (data[at + stride + 1]! - c) * fx;
            sum += top + (bottom - top) * (y - y0);
          } else if (outside === null) {
            const edgeX = Math.min(Math.max(x, 0), stride - 1);
            const edgeY = Math.min(Math.max(y, 0), rows - 1);
            sum += bilinear(data, offset, stride, rows, edgeX, edgeY, 0);
          } else sum += bilinear(data, offset, stride, rows, x, y, outside);
          x += map.xx / nx;
          y += map.yx / nx;
        }
      }
      into[v * width + u] = sum * share;
    }
  }
}

/** Whether every sample of the crop, with its right and lower neighbor, lies in the plane. */
function liesWithin(map: Affine, width: number, height: number, stride: number, rows: number): boolean {
  for (const u of [-0.5, width - 0.5]) {
    for (const v of [-0.5, height - 0.5]) {
      const x = map.xx * u + map.xy * v + map.x;
      const y = map.yx * u + map.yy * v + map.y;
      if (x < 0 || y < 0 || x >= stride - 1 || y >= rows - 1) return false;
    }
  }
  return true;
}

function bilinear(
  data: Uint8Array,
  offset: number,
  stride: number,
  rows: number,
  x: number,
  y: number,
  outside: number,
): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const at = offset + y0 * stride + x0;
  const left = x0 >= 0 && x0 < stride;
  const right = x0 >= -1 && x0 < stride - 1;
  const upper = y0 >= 0 && y0 < rows;
  const lower = y0 >= -1 && y0 < rows - 1;
  const a = left && upper ? data[at]! : outside;
  const b = right && upper ? data[at + 1]! : outside;
  const c = left && lower ? data[at + stride]! : outside;
  const d = right && lower ? data[at + stride + 1]! : outside;
  const top = a + (b - a) * (x - x0);
  const bottom = c + (d - c) * (x - x0);
  return top + (bottom - top) * (y - y0);
}

/**
 * A bilinear sample already weighs two pixels, so samples one and a half pixels apart still cover everything. The grid
 * is therefore rounded, not rounded up.
 */
function samples(dx: number, dy: number): number {
  return Math.min(MOST_SAMPLES, Math.max(1, Math.round(Math.hypot(dx, dy))));
}
