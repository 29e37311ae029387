/** @vladmandic/face-api as its documentation begins: SSD MobileNet v1 or the tiny detector, 68 points, descriptor. */
import path from 'node:path';
import { type FaceApi, lookWith } from './face-api-library.ts';
import { serve } from './serve.ts';
import { folderOf, require, useWasm } from './tensorflow.ts';

const tiny = process.argv[3] === 'tiny';

await serve(3, async ({ width, height }) => {
  useWasm();
  const folder = folderOf('@vladmandic/face-api');
  const faceApi = require(path.join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
  await faceApi.tf.setBackend('wasm');
  await faceApi.tf.ready();
  const simd = (await faceApi.tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  const look = await lookWith(faceApi, { models: path.join(folder, 'model'), tiny, width, height });
  return { backend: `wasm${simd ? ' with SIMD' : ''}`, look };
});
