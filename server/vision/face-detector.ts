/** The detector of a pack, from a frame to faces in the frame's pixels. */
import { OperatorError } from '../operator-error.ts';
import { Tensor } from 'onnxruntime-node';
import { detectors } from './detectors/index.ts';
import type { DetectorDecoder, InputSize } from './detectors/decoder.ts';
import { candidates, suppress } from './nms.ts';
import type { DetectorFile } from './pack.ts';
import { I420Resizer } from './resize.ts';
import type { Placement } from './resize.ts';
import { Network } from './session.ts';
import type { SessionOptions } from './session.ts';
import type { I420Frame } from './types.ts';

/** Maximum number of boxes over the score threshold, before suppression: a crowd of 100 faces gives about 1,500. */
const MOST_CANDIDATES = 4096;
/**
 * Height of a face, in pixels of the input, beyond which the nets fail: SCRFD finds no face of about 450 pixels and
 * more, RetinaFace finds it twice, YuNet gets its height wrong. The second look is for such faces.
 */
const OUTGROWN = 448;
/** Least height of a face the second look may add, as a fraction of the frame: smaller boxes of a crowd are not faces. */
const CLOSE_UP = 0.35;
/** Height of the largest face, as a fraction of the frame: forehead and chin cut off, eyes and mouth in the picture. */
const FILLING = 1.15;
/**
 * Limit of the inputs kept for different frame sizes, in bytes: about thirty of usual cameras, or six of the largest.
 * Beyond it the least recently used input is dropped; making it again takes a few ms.
 */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;

export interface FoundFace {
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
  /** x, y of five points; null if another network marks them. */
  landmarks: Float32Array | null;
}

/** A picture size that a camera sends, and the smallest face to look for in it. */
export interface CameraPicture extends InputSize {
  /** As a fraction of the height. */
  minFace: number;
}

interface Input {
  tensor: Tensor;
  data: Float32Array;
  place: Placement;
  resizer: I420Resizer;
}

export class FaceDetector {
  readonly #file: DetectorFile;
  readonly #decoder: DetectorDecoder;
  readonly #network: Network;
  /** The faces of one look, in pixels of its input. */
  readonly #found = candidates(MOST_CANDIDATES);
  /** The faces of all looks, in pixels of the frame. */
  readonly #all = candidates(MOST_CANDIDATES);
  /** The least recently used comes first. */
  readonly #inputs = new Map<string, Input>();
  #inputBytes = 0;

  private constructor(file: DetectorFile, decoder: DetectorDecoder, network: Network) {
    this.#file = file;
    this.#decoder = decoder;
    this.#network = network;
  }

  static async open(file: DetectorFile, path: string, options: SessionOptions): Promise<FaceDetector> {
    const decoder = detectors[file.decoder];
    if (!decoder)
      throw new OperatorError(
        `The manifest names a detector decoder that does not exist: "${file.decoder}".`,
      );
    const missing = decoder.outputs.filter((o) => !(o in file.outputs));
    if (missing.length > 0)
      throw new OperatorError(`The manifest must name these outputs of ${file.name}: ${missing.join(', ')}.`);
    return new FaceDetector(file, decoder, await Network.open(path, file.input.name, file.outputs, options));
  }

  get landmarks(): boolean {
    return this.#decoder.landmarks;
  }

  /** Faces that are at least `minFace` × frame height high, best score first. */
  async detect(frame: I420Frame, minFace: number): Promise<FoundFace[]> {
    const all = this.#all;
    all.count = 0;
    const [first, second] = lookSizes(this.#file.input.size, frame, minFace);
    await this.#look(frame, first, minFace, second ? OUTGROWN / first.height : Infinity);
    if (second) await this.#look(frame, second, Math.max(minFace, CLOSE_UP), Infinity);
    return suppress(all, this.#file.iou).map((i) => ({
      x: all.boxes[i * 4]!,
      y: all.boxes[i * 4 + 1]!,
      width: all.boxes[i * 4 + 2]! - all.boxes[i * 4]!,
      height: all.boxes[i * 4 + 3]! - all.boxes[i * 4 + 1]!,
      score: all.scores[i]!,
      landmarks: this.#decoder.landmarks ? all.landmarks.slice(i * 10, i * 10 + 10) : null,
    }));
  }

  /**
   * Runs the net once at each input size that such pictures need, so that a camera's first picture takes no longer than
   * the others: a network of dynamic shape is prepared again for every shape.
   */
  async warmUp(pictures: readonly CameraPicture[]): Promise<void> {
    const looks = pictures.flatMap((p) =>
      lookSizes(this.#file.input.size, p, p.minFace).filter((size) => size !== undefined),
    );
    const sizes = new Map(looks.map((size) => [`${size.width}×${size.height}`, size]));
    for (const size of sizes.values()) {
      this.#decoder.decode(
        await this.#network.run(tensorOf(blank(this.#file, size), size)),
        size,
        1,
        this.#found,
      );
    }
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  /** Adds the faces found at one input size that are `least` to `most` of the frame's height high. */
  async #look(frame: I420Frame, size: InputSize, least: number, most: number): Promise<void> {
    const { data, tensor, place, resizer } = this.#inputFor(frame, size);
    resizer.resize(frame, data, size.width, place, this.#file.input);
    const found = this.#found;
    const all = this.#all;
    this.#decoder.decode(await this.#network.run(tensor), size, this.#file.score, found);
    const sx = frame.width / place.width;
    const sy = frame.height / place.height;
    for (let i = 0; i < found.count && all.count < all.capacity; i++) {
      const n = all.count;
      for (let k = 0; k < 4; k += 2) {
        all.boxes[n * 4 + k] = (found.boxes[i * 4 + k]! - place.x) * sx;
        all.boxes[n * 4 + k + 1] = (found.boxes[i * 4 + k + 1]! - place.y) * sy;
      }
      const width = all.boxes[n * 4 + 2]! - all.boxes[n * 4]!;
      const height = (all.boxes[n * 4 + 3]! - all.boxes[n * 4 + 1]!) / frame.height;
      if (height < least || height > most || width <= 0) continue;
      for (let k = 0; k < 10; k += 2) {
        all.landmarks[n * 10 + k] = (found.landmarks[i * 10 + k]! - place.x) * sx;
        all.landmarks[n * 10 + k + 1] = (found.landmarks[i * 10 + k + 1]! - place.y) * sy;
      }
      all.scores[n] = found.scores[i]!;
      all.count += 1;
    }
  }

  #inputFor(frame: I420Frame, size: InputSize): Input {
    const key = `${frame.width}×${frame.height} in ${size.width}×${size.height}`;
    const known = this.#inputs.get(key);
    if (known) {
      this.#inputs.delete(key);
      this.#inputs.set(key, known);
      return known;
    }
    const data = blank(this.#file, size);
    for (const [oldest, { data: old }] of this.#inputs) {
      if (this.#inputBytes + data.byteLength <= MOST_INPUT_BYTES) break;
      this.#inputs.delete(oldest);
      this.#inputBytes -= old.byteLength;
    }
    const place = placement(this.#file.input.fit, frame, size);
    const input = { tensor: tensorOf(data, size), data, place, resizer: new I420Resizer() };
    this.#inputs.set(key, input);
    this.#inputBytes += data.byteLength;
    return input;
  }
}

/**
 * The input size for a frame: the net's fixed size; or, rounded up to the stride, the size at which the smallest wanted
 * face has the height the net needs.
 */
export function inputSize(size: DetectorFile['input']['size'], frame: InputSize, minFace: number): InputSize {
  if ('width' in size) return size;
  const wanted = size.face / (minFace * frame.height);
  return scaled(frame, Math.min(wanted, size.longest / Math.max(frame.width, frame.height)), size.stride);
}

/**
 * The input sizes at which the net looks at a frame: the size above; and a second, small one if the manifest asks for it
 * and a face that fills the picture would be too large at the first. At the small size such a face is easy to find.
 */
export function lookSizes(
  size: DetectorFile['input']['size'],
  frame: InputSize,
  minFace: number,
): [first: InputSize, second?: InputSize] {
  const first = inputSize(size, frame, minFace);
  if ('width' in size || size.closeUp === undefined || first.height * FILLING < OUTGROWN) return [first];
  return [first, scaled(frame, size.closeUp / Math.max(frame.width, frame.height), size.stride)];
}

function scaled(frame: InputSize, scale: number, stride: number): InputSize {
  // Ignore differences from a whole stride that are only rounding errors.
  const step = (v: number) => Math.max(1, Math.ceil((v * scale) / stride - 1e-6)) * stride;
  return { width: step(frame.width), height: step(frame.height) };
}

/** Where the picture goes in the input: all of it, or centered with its own aspect ratio. */
export function placement(fit: 'stretch' | 'letterbox', frame: InputSize, size: InputSize): Placement {
  if (fit === 'stretch') return { x: 0, y: 0, ...size };
  const scale = Math.min(size.width / frame.width, size.height / frame.height);
  const width = Math.max(1, Math.min(size.width, Math.round(frame.width * scale)));
  const height = Math.max(1, Math.min(size.height, Math.round(frame.height * scale)));
  return { x: (size.width - width) >> 1, y: (size.height - height) >> 1, width, height };
}

function tensorOf(data: Float32Array, { width, height }: InputSize): Tensor {
  return new Tensor('float32', data, [1, data.length / width / height, height, width]);
}

function blank(file: DetectorFile, size: InputSize): Float32Array {
  const plane = size.width * size.height;
  const { mean, scale } = file.input;
  const data = new Float32Array(plane * mean.length);
  for (const [c, m] of mean.entries()) data.fill(-m / scale, c * plane, (c + 1) * plane);
  return data;
}
