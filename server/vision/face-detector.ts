/** The detector of a pack with its input picture, from a frame to boxes in the frame's pixels. */
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

/** Boxes over the score threshold, before suppression: a crowd of 100 faces gives some 1,500. */
const MOST_CANDIDATES = 4096;
/** Inputs kept for different frame sizes, of a net of dynamic shape; a camera changes size in a few steps. */
const MOST_INPUTS = 8;

export interface FoundFace {
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
  /** x, y of five points; null where another network marks them. */
  landmarks: Float32Array | null;
}

interface Input {
  tensor: Tensor;
  data: Float32Array;
  size: InputSize;
  place: Placement;
  resizer: I420Resizer;
}

export class FaceDetector {
  readonly #file: DetectorFile;
  readonly #decoder: DetectorDecoder;
  readonly #network: Network;
  readonly #found = candidates(MOST_CANDIDATES);
  readonly #inputs = new Map<string, Input>();

  private constructor(file: DetectorFile, decoder: DetectorDecoder, network: Network) {
    this.#file = file;
    this.#decoder = decoder;
    this.#network = network;
  }

  static async open(file: DetectorFile, path: string, options: SessionOptions): Promise<FaceDetector> {
    const decoder = detectors[file.decoder];
    if (!decoder) throw new Error(`There is no detector decoder "${file.decoder}"`);
    const missing = decoder.outputs.filter((o) => !(o in file.outputs));
    if (missing.length > 0)
      throw new Error(`${file.name}: the manifest names no output ${missing.join(', ')}`);
    return new FaceDetector(file, decoder, await Network.open(path, file.input.name, file.outputs, options));
  }

  get landmarks(): boolean {
    return this.#decoder.landmarks;
  }

  /** Faces at least `minFace` × frame height high, best score first. */
  async detect(frame: I420Frame, minFace: number): Promise<FoundFace[]> {
    const { data, tensor, size, place, resizer } = this.#inputFor(frame, minFace);
    resizer.resize(frame, data, size.width, place, this.#file.input);
    const found = this.#found;
    this.#decoder.decode(await this.#network.run(tensor), size, this.#file.score, found);
    const sx = frame.width / place.width;
    const sy = frame.height / place.height;
    const faces: FoundFace[] = [];
    for (const i of suppress(found, this.#file.iou)) {
      const x = (found.boxes[i * 4]! - place.x) * sx;
      const y = (found.boxes[i * 4 + 1]! - place.y) * sy;
      const width = (found.boxes[i * 4 + 2]! - place.x) * sx - x;
      const height = (found.boxes[i * 4 + 3]! - place.y) * sy - y;
      if (height < minFace * frame.height || width <= 0) continue;
      const landmarks = this.#decoder.landmarks ? new Float32Array(10) : null;
      landmarks?.forEach((_, k) => {
        const at = found.landmarks[i * 10 + k]!;
        landmarks[k] = k % 2 === 0 ? (at - place.x) * sx : (at - place.y) * sy;
      });
      faces.push({ x, y, width, height, score: found.scores[i]!, landmarks });
    }
    return faces;
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  #inputFor(frame: I420Frame, minFace: number): Input {
    const size = inputSize(this.#file.input.size, frame, minFace);
    const key = `${frame.width}×${frame.height} in ${size.width}×${size.height}`;
    let input = this.#inputs.get(key);
    if (!input) {
      if (this.#inputs.size >= MOST_INPUTS) this.#inputs.clear();
      const data = blank(this.#file, size);
      const tensor = new Tensor('float32', data, [
        1,
        data.length / size.width / size.height,
        size.height,
        size.width,
      ]);
      const place = placement(this.#file.input.fit, frame, size);
      input = { tensor, data, size, place, resizer: new I420Resizer() };
      this.#inputs.set(key, input);
    }
    return input;
  }
}

/** The input size for a frame: fixed by the net, or such that the smallest wanted face has the height it needs. */
export function inputSize(size: DetectorFile['input']['size'], frame: InputSize, minFace: number): InputSize {
  if ('width' in size) return size;
  const wanted = size.face / (minFace * frame.height);
  const most = size.longest / Math.max(frame.width, frame.height);
  const scale = Math.min(wanted, most);
  const step = (v: number) => Math.max(size.stride, Math.round((v * scale) / size.stride) * size.stride);
  return { width: step(frame.width), height: step(frame.height) };
}

/** Where the picture goes in the input: all of it, or centred in its own aspect. */
export function placement(fit: 'stretch' | 'letterbox', frame: InputSize, size: InputSize): Placement {
  if (fit === 'stretch') return { x: 0, y: 0, ...size };
  const scale = Math.min(size.width / frame.width, size.height / frame.height);
  const width = Math.max(1, Math.min(size.width, Math.round(frame.width * scale)));
  const height = Math.max(1, Math.min(size.height, Math.round(frame.height * scale)));
  return { x: (size.width - width) >> 1, y: (size.height - height) >> 1, width, height };
}

function blank(file: DetectorFile, size: InputSize): Float32Array {
  const plane = size.width * size.height;
  const { mean, scale } = file.input;
  const data = new Float32Array(plane * mean.length);
  for (const [c, m] of mean.entries()) data.fill(-m / scale, c * plane, (c + 1) * plane);
  return data;
}
