/**
 * The recognizer alone of a model pack that is being left: it goes on recognizing whom it enrolled, with faces found
 * and marked by the pack in use. What the other landmarks cost is in `docs/models.md`: next to nothing, so the former
 * pack's own detector and marker need not run.
 */
import { packFile, type ModelPack } from './pack.ts';
import { JUDGED_TEMPLATE } from './quality.ts';
import { Recognizer } from './recognizer.ts';
import type { SessionOptions } from './session.ts';

/**
 * Opens it and runs it once, so that the first face costs what the others do.
 * @throws Error where its file is missing, does not load, or is not what the manifest says.
 */
export async function openFormerRecognizer(
  pack: ModelPack,
  cacheDir: string,
  options: SessionOptions,
): Promise<Recognizer> {
  const recognizer = await Recognizer.open(
    pack.recognizer,
    packFile(pack, pack.recognizer, cacheDir),
    options,
  );
  const picture = { data: new Uint8Array(640 * 480 * 1.5).fill(128), width: 640, height: 480 };
  await recognizer.embed(picture, [{ landmarks: JUDGED_TEMPLATE.map((v) => 200 + 2 * v) }]);
  return recognizer;
}
