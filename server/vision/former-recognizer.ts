/**
 * The recognizer of a model pack that is being replaced. It keeps recognizing the people enrolled with it, in faces that
 * the pack in use detects and marks. The former pack's own detector and marker need not run: the loss from other
 * landmarks is negligible (measured in `models/README.md`).
 */
import { packFile, type ModelPack } from './pack.ts';
import { JUDGED_TEMPLATE } from './quality.ts';
import { Recognizer } from './recognizer.ts';
import type { SessionOptions } from './session.ts';

/**
 * Opens the recognizer and runs it once, so that the first face takes no longer than the others.
 * @throws OperatorError if its file does not match the manifest
 * @throws Error if its file is missing or does not load
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
