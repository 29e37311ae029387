/**
 * face-api.js itself. Beside a binary that is not on npm its TensorFlow.js 1.7 has one backend in Node that knows all it
 * needs: plain JavaScript. Its package has no weights; those of @vladmandic/face-api are the same.
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
