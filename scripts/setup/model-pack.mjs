/** Installs a model pack: the files that its manifest names, each checked against its sum. */
import { installPack } from '../models/install.mjs';
import { DEFAULT_PACK, packFolder, readManifest } from '../models/manifest.mjs';
import { step } from './step.mjs';

export { chosenPack, DEFAULT_PACK } from '../models/manifest.mjs';

/** Installs the missing files of a pack. For a pack whose license must be accepted, the error says how. */
export async function modelPack(id = process.env.MUSTER_MODEL_PACK || DEFAULT_PACK) {
  await step(`model pack ${id}`, async (say) => {
    const count = await installPack(await readManifest(id), packFolder(id), { say });
    return count === 0 ? 'cached' : `${count} file${count === 1 ? '' : 's'} installed`;
  });
}
