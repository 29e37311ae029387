/** The part of the common interface of face-api.js and its fork that is used here. */
import { portrayed } from '../accuracy/embed-photographs.ts';
import type { Subject } from './wire.ts';

interface Tensor {
  dispose(): void;
}

interface Network {
  loadFromDisk(folder: string): Promise<void>;
}

interface Described {
  detection: { box: { x: number; y: number; width: number; height: number } };
  descriptor: Float32Array;
}

export interface FaceApi {
  tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    tensor(values: Int32Array, shape: number[], type: 'int32'): Tensor;
    env(): { getAsync(flag: string): Promise<unknown> };
  };
  nets: Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet', Network>;
  SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
  TinyFaceDetectorOptions: new (options: { scoreThreshold: number }) => object;
  detectAllFaces(
    picture: Tensor,
    options: object,
  ): { withFaceLandmarks(): { withFaceDescriptors(): Promise<Described[]> } };
}

/** Their default is 0.5, at which SSD misses one face in ten of these photographs, and both know fewer people. */
const LEAST_SCORE = 0.2;

export async function lookWith(
  faceApi: FaceApi,
  { models, tiny, width, height }: { models: string; tiny: boolean; width: number; height: number },
): Promise<Subject['look']> {
  const { nets } = faceApi;
  await (tiny ? nets.tinyFaceDetector : nets.ssdMobilenetv1).loadFromDisk(models);
  await nets.faceLandmark68Net.loadFromDisk(models);
  await nets.faceRecognitionNet.loadFromDisk(models);
  const options = tiny
    ? new faceApi.TinyFaceDetectorOptions({ scoreThreshold: LEAST_SCORE })
    : new faceApi.SsdMobilenetv1Options({ minConfidence: LEAST_SCORE });
  return async (pixels) => {
    const picture = faceApi.tf.tensor(Int32Array.from(pixels), [height, width, 3], 'int32');
    const faces = await faceApi.detectAllFaces(picture, options).withFaceLandmarks().withFaceDescriptors();
    picture.dispose();
    const boxes = faces.map(({ detection, descriptor }) => {
      const { x, y, width: w, height: h } = detection.box;
      return { x, y, width: w, height: h, descriptor };
    });
    return portrayed(boxes, { width, height })?.descriptor ?? null;
  };
}
