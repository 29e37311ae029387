/** The recognizer of a pack: turns aligned faces into L2-normalized embeddings. */
import { OperatorError } from '../operator-error.ts';
import { Tensor } from 'onnxruntime-node';
import { alignmentMap } from './align.ts';
import type { RecognizerFile } from './pack.ts';
import { Network } from './session.ts';
import type { SessionOptions } from './session.ts';
import { splitPrelu } from './split-prelu.ts';
import type { I420Frame, PixelLandmarks } from './types.ts';
import { FaceCropper } from './warp.ts';

/** Most faces in one inference, if the network takes several: more do not help on a CPU, and they hold memory. */
const MOST_IN_BATCH = 8;

export class Recognizer {
  readonly #file: RecognizerFile;
  readonly #network: Network;
  readonly #cropper: FaceCropper;
  readonly #template: Float32Array;
  readonly #data: Float32Array;
  /** Inputs of 1, 2, … faces over the same memory. */
  readonly #tensors: readonly Tensor[];
  /** Number of values in the input of one face. */
  readonly #stride: number;

  private constructor(file: RecognizerFile, network: Network) {
    const { size, mean } = file.input;
    const most = network.batches ? MOST_IN_BATCH : 1;
    this.#file = file;
    this.#network = network;
    this.#cropper = new FaceCropper(size.width, size.height);
    this.#template = Float32Array.from(file.alignment.points.flat());
    this.#stride = mean.length * size.width * size.height;
    this.#data = new Float32Array(most * this.#stride);
    this.#tensors = Array.from({ length: most }, (_, i) => {
      const part = this.#data.subarray(0, (i + 1) * this.#stride);
      return new Tensor('float32', part, [i + 1, mean.length, size.height, size.width]);
    });
  }

  static async open(file: RecognizerFile, path: string, options: SessionOptions): Promise<Recognizer> {
    if (file.decoder !== 'embedding') {
      throw new OperatorError(
        `The manifest names a recognizer decoder that does not exist: "${file.decoder}".`,
      );
    }
    if (!('embedding' in file.outputs)) {
      throw new OperatorError(`The manifest must name this output of ${file.name}: embedding.`);
    }
    const network = await Network.open(path, file.input.name, file.outputs, {
      ...options,
      faster: splitPrelu,
    });
    return new Recognizer(file, network);
  }

  /** One embedding per face, in order. */
  async embed(frame: I420Frame, faces: readonly { landmarks: PixelLandmarks }[]): Promise<Float32Array[]> {
    const embeddings: Float32Array[] = [];
    for (let first = 0; first < faces.length; first += this.#tensors.length) {
      const batch = faces.slice(first, first + this.#tensors.length);
      for (const [i, face] of batch.entries()) {
        const into = this.#data.subarray(i * this.#stride, (i + 1) * this.#stride);
        this.#cropper.crop(frame, alignmentMap(face.landmarks, this.#template), this.#file.input, into);
      }
      const { embedding } = await this.#network.run(this.#tensors[batch.length - 1]!);
      for (let i = 0; i < batch.length; i++) {
        embeddings.push(normalize(embedding!.slice(i * this.#file.length, (i + 1) * this.#file.length)));
      }
    }
    return embeddings;
  }

  async close(): Promise<void> {
    await this.#network.close();
  }
}

/** Scales to unit length in place. */
function normalize(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const v of vector) sum += v * v;
  const gain = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * gain;
  return vector;
}
