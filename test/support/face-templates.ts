/** Templates of the people in the fixture clips, made by the product's own engine. */
import { readFrames, type FrameOptions } from '../fixtures/frames.ts';
import type { FaceEngine } from '../../server/vision/types.ts';

/**
 * L2-normalized embeddings of the largest face of each picture of the clip, looked at `fps` times a second.
 * Pictures without a face are left out.
 */
export async function embeddingsOf(
  engine: FaceEngine,
  file: string,
  options: Pick<FrameOptions, 'from' | 'to'> & { fps?: number },
): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for await (const frame of readFrames(file, { width: 640, height: 480, fps: 1, ...options })) {
    const [largest] = (await engine.detect(frame, 0.1)).sort(
      (a, b) => b.width * b.height - a.width * a.height,
    );
    if (largest) embeddings.push(...(await engine.embed(frame, [largest])).map((e) => e.slice()));
  }
  return embeddings;
}
