/** Processes a picture with one of Muster's packs, in the same steps as the server. */
import { createEngine } from '../../../server/vision/engine.ts';
import { loadPack } from '../../../server/vision/pack.ts';
import { portrayed } from '../accuracy/embed-photographs.ts';
import { serve } from './serve.ts';

await serve(1.5, async ({ pack, cacheDir, width, height, minFace }) => {
  const engine = await createEngine(await loadPack(pack!), cacheDir!);
  return {
    backend: 'onnxruntime',
    look: async (data) => {
      const picture = { data, width, height };
      const face = portrayed(await engine.detect(picture, minFace), picture);
      return face ? (await engine.embed(picture, [face]))[0]! : null;
    },
  };
});
