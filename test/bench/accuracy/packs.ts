/** Finds the packs that can be measured on this machine, with the folder of each. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPack, packFile, packIds, verifyPack } from '../../../server/vision/pack.ts';
import type { ModelPack } from '../../../server/vision/pack.ts';

export interface UsablePack {
  pack: ModelPack;
  cacheDir: string;
  /** "FILE is BUILD" for each file that is a different build from the one in the manifest. */
  builds: string[];
}

export interface PackPlaces {
  /** The folder of the packs that are installed for the server. */
  cacheDir: string;
  /** A folder of model files, from which packs are installed that are missing in `cacheDir`. */
  weights: string;
  /** The folder into which these packs are installed for the duration of the benchmark. */
  temporary: string;
  /** Called with a message for each pack that is left out, with the reason. */
  say(text: string): void;
}

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * The wanted packs. If `wanted` is empty: all packs that are installed or can be installed from the folder `weights`.
 * @throws Error if a wanted pack is neither installed nor in that folder
 */
export async function usablePacks(wanted: readonly string[], places: PackPlaces): Promise<UsablePack[]> {
  const ids = wanted.length > 0 ? wanted : await packIds();
  const usable: UsablePack[] = [];
  for (const id of ids) {
    const pack = await loadPack(id);
    try {
      const cacheDir = await placeOf(pack, places);
      usable.push({ pack, cacheDir, builds: await otherBuilds(pack, cacheDir) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (wanted.length > 0) throw new Error(`The pack ${id} cannot be measured: ${why}`, { cause: error });
      places.say(`left out: ${id} is not installed`);
    }
  }
  return usable;
}

async function placeOf(pack: ModelPack, { cacheDir, weights, temporary }: PackPlaces): Promise<string> {
  try {
    await verifyPack(pack, cacheDir);
    return cacheDir;
  } catch (error) {
    if (!existsSync(weights)) throw error;
  }
  const installer = pathToFileURL(path.join(root, 'scripts/models/install.mjs'));
  // The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here.
  const { installPack } = (await import(installer.href)) as {
    installPack: (
      manifest: ModelPack,
      folder: string,
      options: { from: string; acceptLicense: boolean },
    ) => Promise<number>;
  };
  // A research license allows measuring. The copy is deleted when the benchmark ends.
  await installPack(pack, path.join(temporary, pack.id), { from: weights, acceptLicense: true });
  await verifyPack(pack, temporary);
  return temporary;
}

async function otherBuilds(pack: ModelPack, cacheDir: string): Promise<string[]> {
  const builds: string[] = [];
  for (const file of pack.files) {
    const bytes = await readFile(packFile(pack, file, cacheDir));
    const sum = createHash('sha256').update(bytes).digest('hex');
    const build = file.equivalents.find(({ sha256 }) => sha256 === sum);
    if (build) builds.push(`${file.name} is ${build.name}`);
  }
  return builds;
}
