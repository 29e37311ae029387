/**
 * Passive liveness: small nets look at a face and some of its surroundings for paper, screens, their edges and their
 * moiré. They judge a single frame; `server/recognition/liveness.ts` derives a verdict from many frames.
 */
import { OperatorError } from '../operator-error.ts';
import { Tensor } from 'onnxruntime-node';
import { checkFrame } from './i420.ts';
import type { LivenessFile, LivenessPack } from './liveness-pack.ts';
import { packFile } from './pack.ts';
import { Network } from './session.ts';
import type { SessionOptions } from './session.ts';
import type { I420Frame } from './types.ts';
import { FaceCropper } from './warp.ts';

/** Most faces in one inference: no more are embedded in one picture. */
const MOST_IN_BATCH = 4;

interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Not re-entrant: one frame at a time. */
export class LivenessCheck {
  readonly #nets: readonly LivenessNet[];

  private constructor(nets: readonly LivenessNet[]) {
    this.#nets = nets;
  }

  /**
   * Opens the nets and runs each once.
   * @param cacheDir the folder that holds a folder per pack
   * @throws OperatorError if a file does not match the manifest
   * @throws Error if a file is missing or does not load
   */
  static async open(pack: LivenessPack, cacheDir: string, options: SessionOptions): Promise<LivenessCheck> {
    const nets: LivenessNet[] = [];
    try {
      for (const file of pack.files) {
        nets.push(await LivenessNet.open(file, packFile(pack, file, cacheDir), options));
      }
    } catch (error) {
      for (const net of nets.toReversed()) await net.close();
      throw error;
    }
    const check = new LivenessCheck(nets);
    const gray = { data: new Uint8Array(160 * 120 * 1.5).fill(128), width: 160, height: 120 };
    await check.live(gray, [{ x: 40, y: 30, width: 40, height: 50 }]);
    return check;
  }

  /**
   * How likely each face is a person in front of the camera and not a picture of one, 0..1: the softmax of "live",
   * averaged over the nets. In the order of `faces`. Boxes in pixels of the frame.
   */
  async live(frame: I420Frame, faces: readonly Region[]): Promise<number[]> {
    checkFrame(frame);
    const sums = faces.map(() => 0);
    for (const net of this.#nets) {
      for (const [i, score] of (await net.scores(frame, faces)).entries()) sums[i]! += score;
    }
    return sums.map((sum) => sum / this.#nets.length);
  }

  async close(): Promise<void> {
    for (const net of this.#nets.toReversed()) await net.close();
  }
}

class LivenessNet {
  readonly #file: LivenessFile;
  readonly #network: Network;
  readonly #cropper: FaceCropper;
  readonly #data: Float32Array;
  /** Inputs of 1, 2, … faces over the same memory, [n, 3, height, width]. */
  readonly #tensors: readonly Tensor[];
  readonly #stride: number;

  private constructor(file: LivenessFile, network: Network) {
    const { width, height } = file.input.size;
    this.#file = file;
    this.#network = network;
    this.#cropper = new FaceCropper(width, height, 'point');
    this.#stride = 3 * width * height;
    this.#data = new Float32Array(MOST_IN_BATCH * this.#stride);
    this.#tensors = Array.from({ length: network.batches ? MOST_IN_BATCH : 1 }, (_, i) => {
      const part = this.#data.subarray(0, (i + 1) * this.#stride);
      return new Tensor('float32', part, [i + 1, 3, height, width]);
    });
  }

  static async open(file: LivenessFile, path: string, options: SessionOptions): Promise<LivenessNet> {
    if (file.decoder !== 'softmax') {
      throw new OperatorError(
        `The manifest names a liveness decoder that does not exist: "${file.decoder}".`,
      );
    }
    if (!('logits' in file.outputs)) {
      throw new OperatorError(`The manifest must name this output of ${file.name}: logits.`);
    }
    return new LivenessNet(file, await Network.open(path, file.input.name, file.outputs, options));
  }

  async scores(frame: I420Frame, faces: readonly Region[]): Promise<number[]> {
    const scores: number[] = [];
    const { classes, live, crop } = this.#file;
    for (let first = 0; first < faces.length; first += this.#tensors.length) {
      const batch = faces.slice(first, first + this.#tensors.length);
      for (const [i, face] of batch.entries()) this.#cut(frame, cropRegion(face, crop, frame), i);
      const { logits } = await this.#network.run(this.#tensors[batch.length - 1]!);
      for (let i = 0; i < batch.length; i++) {
        scores.push(softmax(logits!.subarray(i * classes, (i + 1) * classes), live));
      }
    }
    return scores;
  }

  #cut(frame: I420Frame, { x, y, width, height }: Region, i: number): void {
    const xx = width / this.#cropper.width;
    const yy = height / this.#cropper.height;
    const map = { xx, xy: 0, x: x + xx / 2 - 0.5, yx: 0, yy, y: y + yy / 2 - 0.5 };
    this.#cropper.crop(frame, map, this.#file.input, this.#data.subarray(i * this.#stride));
  }

  async close(): Promise<void> {
    await this.#network.close();
  }
}

/**
 * The part of the frame that a net sees, in whole pixels: the face's box grown about its center by `crop`, or by less if
 * the frame is too small for that, and shifted to lie inside the frame. The nets were trained with exactly this crop
 * (Silent-Face-Anti-Spoofing, `generate_patches.py`), and the scores depend on it.
 */
export function cropRegion(box: Region, crop: number, frame: { width: number; height: number }): Region {
  const right = frame.width - 1;
  const bottom = frame.height - 1;
  const grow = Math.min(crop, right / box.width, bottom / box.height);
  const width = box.width * grow;
  const height = box.height * grow;
  const left = within(box.x + box.width / 2 - width / 2, right - width);
  const top = within(box.y + box.height / 2 - height / 2, bottom - height);
  const x = Math.trunc(left);
  const y = Math.trunc(top);
  return { x, y, width: Math.trunc(left + width) - x + 1, height: Math.trunc(top + height) - y + 1 };
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** The softmax of the class at `place`. */
function softmax(logits: Float32Array, place: number): number {
  const highest = Math.max(...logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return Math.exp(logits[place]! - highest) / sum;
}
