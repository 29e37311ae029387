/** The landmarks network of a pack: marks five points in a box found by a detector without landmarks. */
import { OperatorError } from '../operator-error.ts';
import { Tensor } from 'onnxruntime-node';
import { cropMap, eyeOpenness, fivePoints, pointsOfPaper } from './landmarks-68.ts';
import type { CropBox } from './landmarks-68.ts';
import type { LandmarksFile } from './pack.ts';
import { Network } from './session.ts';
import type { SessionOptions } from './session.ts';
import type { I420Frame, PixelLandmarks } from './types.ts';
import { FaceCropper } from './warp.ts';

export class LandmarkMarker {
  readonly #file: LandmarksFile;
  readonly #network: Network;
  readonly #cropper: FaceCropper;
  readonly #data: Float32Array;
  readonly #tensor: Tensor;

  private constructor(file: LandmarksFile, network: Network) {
    const { size, mean } = file.input;
    this.#file = file;
    this.#network = network;
    this.#cropper = new FaceCropper(size.width, size.height);
    this.#data = new Float32Array(mean.length * size.width * size.height);
    this.#tensor = new Tensor('float32', this.#data, [1, mean.length, size.height, size.width]);
  }

  static async open(file: LandmarksFile, path: string, options: SessionOptions): Promise<LandmarkMarker> {
    if (file.decoder !== 'points-68') {
      throw new OperatorError(
        `The manifest names a landmarks decoder that does not exist: "${file.decoder}".`,
      );
    }
    if (!('points' in file.outputs)) {
      throw new OperatorError(`The manifest must name this output of ${file.name}: points.`);
    }
    return new LandmarkMarker(file, await Network.open(path, file.input.name, file.outputs, options));
  }

  async mark(
    frame: I420Frame,
    box: CropBox,
  ): Promise<{ landmarks: PixelLandmarks; eyes: number; brows: PixelLandmarks }> {
    this.#cropper.crop(frame, cropMap(box, this.#file.input.size), this.#file.input, this.#data);
    const { points } = await this.#network.run(this.#tensor);
    return {
      landmarks: fivePoints(points!, box),
      eyes: eyeOpenness(points!, box),
      brows: pointsOfPaper(points!, box),
    };
  }

  async close(): Promise<void> {
    await this.#network.close();
  }
}
