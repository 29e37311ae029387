/** Installs the networks that tell a person from a picture, where the network has them: Muster works without. */
import { installPack } from '../models/install.mjs';
import { packFolder, readManifest } from '../models/manifest.mjs';
import { optionalStep } from './step.mjs';

const PART = 'minifasnet';
/** ms, see `download`: nobody waits long for what is optional. The next start continues where this one stopped. */
const PATIENCE = { stall: 4_000, limit: 60_000 };

export async function photoDetection(patience = PATIENCE) {
  if (process.env.MUSTER_LIVENESS === 'off') return;
  await optionalStep(
    'photo detection',
    async (say) => {
      const count = await installPack(await readManifest(PART), packFolder(PART), { say, patience });
      return count === 0 ? 'cached' : `${count} file${count === 1 ? '' : 's'} installed`;
    },
    'the next start tries again, and until then only a movement of the face tells it from a picture',
  );
}
