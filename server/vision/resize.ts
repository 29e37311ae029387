/** Resizes the whole picture to a network's size: area averaging to shrink, bilinear to enlarge. */
import { chromaHeight, chromaWidth, writePixels } from './i420.ts';
import type { PixelFormat } from './i420.ts';
import type { I420Frame } from './types.ts';

/** Where the picture goes in the tensor, in pixels of the tensor. The rest of the tensor is not written. */
export interface Placement {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Output sample i = Σ weights[i·taps + k] × input sample start[i] + k. */
interface Axis {
  taps: number;
  start: Int32Array;
  weights: Float32Array;
}

/**
 * Weights along one axis. `samples`: number of input samples; `extent`: number of them that the picture covers (half a
 * sample less than `samples` for the chroma of an odd size); `out`: number of output samples.
 */
export function resampleAxis(samples: number, extent: number, out: number): Axis {
  const ratio = extent / out;
  const shrinks = ratio > 1;
  // A whole ratio from a whole start touches no further sample. Any other may begin anywhere within a sample.
  const touched = Number.isInteger(ratio) ? ratio : Math.ceil(ratio) + 1;
  const taps = Math.min(samples, shrinks ? touched : 2);
  const start = new Int32Array(out);
  const weights = new Float32Array(out * taps);
  for (let i = 0; i < out; i++) {
    const from = shrinks ? i * ratio : Math.min(Math.max((i + 0.5) * ratio - 0.5, 0), samples - 1);
    const first = Math.max(0, Math.min(Math.floor(from), samples - taps));
    start[i] = first;
    for (let k = 0; k < taps; k++) {
      const at = first + k;
      weights[i * taps + k] = shrinks
        ? Math.max(0, Math.min(from + ratio, at + 1) - Math.max(from, at)) / ratio
        : Math.max(0, 1 - Math.abs(from - at));
    }
  }
  return { taps, start, weights };
}

interface PlaneScale {
  across: Axis;
  down: Axis;
  /** One row of the plane, averaged vertically, at the plane's full width. */
  row: Float32Array;
  out: Float32Array;
}

/**
 * Resamples frames. Keeps its weights and rows from frame to frame, so that frames of unchanged size allocate nothing.
 */
export class I420Resizer {
  #key = '';
  #luma: PlaneScale | undefined;
  #chroma: PlaneScale | undefined;
  #u = new Float32Array(0);

  /** Writes the frame into `into` at `place`: planes of `width` × (length / channels / width). */
  resize(frame: I420Frame, into: Float32Array, width: number, place: Placement, format: PixelFormat): void {
    const cw = chromaWidth(frame);
    const ch = chromaHeight(frame);
    const { luma, chroma } = this.#scales(frame, cw, ch, place);
    const channels = format.channels === 'gray' ? 1 : 3;
    const plane = into.length / channels;
    const uAt = frame.width * frame.height;
    for (let y = 0; y < place.height; y++) {
      averageRow(frame.data, 0, frame.width, luma, y);
      if (channels === 3) {
        averageRow(frame.data, uAt, cw, chroma, y);
        this.#u.set(chroma.out);
        averageRow(frame.data, uAt + cw * ch, cw, chroma, y);
      }
      const at = (place.y + y) * width + place.x;
      writePixels(format, into, at, plane, place.width, luma.out, this.#u, chroma.out);
    }
  }

  #scales(frame: I420Frame, cw: number, ch: number, place: Placement) {
    const key = `${frame.width}×${frame.height}→${place.width}×${place.height}`;
    if (this.#key !== key || !this.#luma || !this.#chroma) {
      const { width, height } = place;
      this.#key = key;
      this.#luma = {
        across: resampleAxis(frame.width, frame.width, width),
        down: resampleAxis(frame.height, frame.height, height),
        row: new Float32Array(frame.width),
        out: new Float32Array(width),
      };
      this.#chroma = {
        across: resampleAxis(cw, frame.width / 2, width),
        down: resampleAxis(ch, frame.height / 2, height),
        row: new Float32Array(cw),
        out: new Float32Array(width),
      };
      this.#u = new Float32Array(width);
    }
    return { luma: this.#luma, chroma: this.#chroma };
  }
}

/**
 * Writes row `y` of the resampled plane that begins at `offset` into `scale.out`. Two and three taps are written out
 * because every usual camera size needs them, and this is the hot loop of each analyzed frame.
 */
function averageRow(data: Uint8Array, offset: number, stride: number, scale: PlaneScale, y: number): void {
  averageDown(data, offset + scale.down.start[y]! * stride, stride, scale.down, y, scale.row);
  averageAcross(scale.row, scale.across, scale.out);
}

function averageDown(
  data: Uint8Array,
  at: number,
  stride: number,
  { taps, weights }: Axis,
  y: number,
  row: Float32Array,
): void {
  const first = weights[y * taps]!;
  const second = taps > 1 ? weights[y * taps + 1]! : 0;
  const next = taps > 1 ? at + stride : at;
  if (taps === 3) {
    const third = weights[y * taps + 2]!;
    const last = next + stride;
    for (let x = 0; x < stride; x++) {
      row[x] = first * data[at + x]! + second * data[next + x]! + third * data[last + x]!;
    }
    return;
  }
  for (let x = 0; x < stride; x++) row[x] = first * data[at + x]! + second * data[next + x]!;
  for (let k = 2; k < taps; k++) {
    const weight = weights[y * taps + k]!;
    const from = at + k * stride;
    if (weight > 0) for (let x = 0; x < stride; x++) row[x] = row[x]! + weight * data[from + x]!;
  }
}

function averageAcross(row: Float32Array, { taps, start, weights }: Axis, out: Float32Array): void {
  if (taps === 2) {
    for (let x = 0; x < out.length; x++) {
      const from = start[x]!;
      out[x] = weights[x * 2]! * row[from]! + weights[x * 2 + 1]! * row[from + 1]!;
    }
  } else if (taps === 3) {
    for (let x = 0; x < out.length; x++) {
      const from = start[x]!;
      const w = x * 3;
      out[x] = weights[w]! * row[from]! + weights[w + 1]! * row[from + 1]! + weights[w + 2]! * row[from + 2]!;
    }
  } else {
    for (let x = 0; x < out.length; x++) {
      const from = start[x]!;
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += weights[x * taps + k]! * row[from + k]!;
      out[x] = sum;
    }
  }
}
