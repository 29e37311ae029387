/**
 * @vladmandic/human with everything that it needs to compare faces, and all other features off. Its documentation also
 * recommends turning faces upright (`rotation`). With this, fewer of forty people were found at the same false positive
 * rate (63 % instead of 78 %), so it is off, which is also the default.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { portrayed } from '../accuracy/embed-photographs.ts';
import { serve } from './serve.ts';
import { folderOf, require, useWasm } from './tensorflow.ts';

interface Tensor {
  dispose(): void;
}

interface Human {
  tf: {
    ready(): Promise<void>;
    getBackend(): string;
    tensor(values: Int32Array, shape: number[], type: 'int32'): Tensor;
    env(): { getAsync(flag: string): Promise<unknown> };
  };
  load(): Promise<void>;
  detect(picture: Tensor): Promise<{
    face: { box: [number, number, number, number]; embedding?: number[] }[];
  }>;
}

await serve(3, async ({ width, height }) => {
  const wasmPath = useWasm();
  readModelsFromDisk();
  const { Human } = require(path.join(folderOf('@vladmandic/human'), 'dist/human.node-wasm.js')) as {
    Human: new (config: object) => Human;
  };
  const off = { enabled: false };
  const human = new Human({
    backend: 'wasm',
    wasmPath,
    modelBasePath: `file://${folderOf('@vladmandic/human')}/models/`,
    // The pictures are unrelated, so nothing may be cached from one picture to the next.
    cacheSensitivity: 0,
    skipAllowed: false,
    filter: off,
    face: {
      detector: { rotation: false },
      mesh: { enabled: true },
      description: { enabled: true },
      iris: off,
      emotion: off,
      antispoof: off,
      liveness: off,
    },
    body: off,
    hand: off,
    object: off,
    gesture: off,
    segmentation: off,
  });
  await human.tf.ready();
  await human.load();
  const simd = (await human.tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  return {
    backend: `${human.tf.getBackend()}${simd ? ' with SIMD' : ''}`,
    look: async (pixels) => {
      const picture = human.tf.tensor(Int32Array.from(pixels), [1, height, width, 3], 'int32');
      const { face } = await human.detect(picture);
      picture.dispose();
      const faces = face.map(({ box: [x, y, w, h], embedding }) => ({
        x,
        y,
        width: w,
        height: h,
        embedding,
      }));
      const found = portrayed(faces, { width, height });
      return found?.embedding ? Float32Array.from(found.embedding) : null;
    },
  };
});

/** It fetches its models, and Node fetches no files. */
function readModelsFromDisk(): void {
  const fetchOthers = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith('file:')) return await fetchOthers(input, init);
    return new Response(await readFile(new URL(url)));
  };
}
