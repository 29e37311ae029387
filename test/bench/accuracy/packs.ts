/** The packs that can be measured here, with the folder that each lies in. */
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
  /** "FILE is BUILD" for each file that is another build than the manifest's own. */
  builds: string[];
}

export interface PackPlaces {
  /** Where the server's packs are installed. */
  cacheDir: string;
  /** A folder of model files, to install from what is not there. */
  weights: string;
  /** Where such an installation goes, for the time of the benchmark. */
  temporary: string;
  /** Hears which packs are left out, and why. */
  say(text: string): void;
}

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * The wanted packs, or all that are installed or can be installed from the folder where none is named.
 * @throws Error for a wanted pack that cannot be had.
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
  /** The set-up runs before any type is installed: a plain module, whose shape is said here. */
  const { installPack } = (await import(installer.href)) as {
    installPack: (
      manifest: ModelPack,
      folder: string,
      options: { from: string; acceptLicense: boolean },
    ) => Promise<number>;
  };
  // Measuring is what a research license allows; the copy is gone when the benchmark ends.
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
