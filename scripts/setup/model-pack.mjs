/** The model pack: the files that its manifest names, each checked against its sum. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { installPackageFiles, missingFiles } from './package-files.mjs';
import { inRoot, root } from './paths.mjs';
import { step, SetupError } from './step.mjs';

export async function modelPack() {
  const id = process.env.MUSTER_MODEL_PACK || 'faceplugin';
  const folder = path.join(path.resolve(root, process.env.MUSTER_MODEL_CACHE || 'models/cache'), id);
  await step(`model pack ${id}`, async (say) => {
    const { files } = await readManifest(id);
    const missing = await missingFiles(folder, files);
    if (missing.length === 0) return 'cached';
    const byHand = missing.find((file) => file.source?.npm === undefined);
    if (byHand !== undefined) {
      throw new SetupError(
        `${byHand.name} of the model pack ${id} cannot be fetched: its manifest names no npm package.`,
        `Put the file with sha256 ${byHand.sha256} into ${folder}`,
      );
    }
    await installPackageFiles(folder, missing, say);
    return `${missing.length} file${missing.length === 1 ? '' : 's'} installed`;
  });
}

async function readManifest(id) {
  const file = inRoot('models', `${id}.json`);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw new SetupError(`models/${id}.json is not JSON: ${error.message}`);
    throw new SetupError(
      `There is no model pack ${id}: models/${id}.json is missing.`,
      'Unset MUSTER_MODEL_PACK to use the default pack.',
    );
  }
}
