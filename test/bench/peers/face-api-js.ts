/**
 * The original face-api.js. In Node, its TensorFlow.js 1.7 has only one backend on npm that supports all operations that
 * it needs: plain JavaScript. The package contains no weights; those of @vladmandic/face-api are the same.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FaceApi, lookWith } from './face-api-library.ts';
import { serve } from './serve.ts';
import { folderOf, require } from './tensorflow.ts';

await serve(
  3,
  async ({ width, height }) => {
    const faceApi = require('face-api.js') as FaceApi & {
      env: { monkeyPatch(patch: { readFile: typeof readFile }): void };
    };
    faceApi.env.monkeyPatch({ readFile });
    await faceApi.tf.setBackend('cpu');
    await faceApi.tf.ready();
    const models = path.join(folderOf('@vladmandic/face-api'), 'model');
    return {
      backend: 'plain JavaScript',
      look: await lookWith(faceApi, { models, tiny: false, width, height }),
    };
  },
  // Ten seconds each.
  1,
);
