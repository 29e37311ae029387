/**
 * The recogniser alone of a model pack that is being left: it goes on recognising whom it enrolled, with faces found
 * and marked by the pack in use. What the other landmarks cost is in `models/README.md`: next to nothing, so the former
 * pack's own detector and marker need not run.
 */
import { packFile, type ModelPack } from './pack.ts';
import { JUDGED_TEMPLATE } from './quality.ts';
import { Recogniser } from './recogniser.ts';
import type { SessionOptions } from './session.ts';

/**
 * Opens it and runs it once, so that the first face costs what the others do.
 * @throws Error where its file is missing, does not load, or is not what the manifest says.
 */
export async function openFormerRecogniser(
  pack: ModelPack,
  cacheDir: string,
  options: SessionOptions,
): Promise<Recogniser> {
  const recogniser = await Recogniser.open(
    pack.recogniser,
    packFile(pack, pack.recogniser, cacheDir),
    options,
  );
  const picture = { data: new Uint8Array(640 * 480 * 1.5).fill(128), width: 640, height: 480 };
  await recogniser.embed(picture, [{ landmarks: JUDGED_TEMPLATE.map((v) => 200 + 2 * v) }]);
  return recogniser;
}
