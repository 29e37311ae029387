/** Manifests of model packs and the folders of their files, for the scripts that run before anything is installed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inRoot, root } from '../setup/paths.mjs';
import { SetupError } from '../setup/step.mjs';

export const DEFAULT_PACK = 'faceplugin';

/** Reads models/<id>.json without validation: the server validates it when it loads the pack. */
export async function readManifest(id) {
  const known = await packIds();
  if (!known.includes(id)) {
    throw new SetupError(`There is no model pack ${id}.`, `There are: ${known.join(', ')}`);
  }
  try {
    return JSON.parse(await readFile(inRoot('models', `${id}.json`), 'utf8'));
  } catch (error) {
    throw new SetupError(`models/${id}.json cannot be read: ${error.message}`);
  }
}

export async function packIds() {
  const names = await readdir(inRoot('models'));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** Whether the manifest describes a part that works with any pack, and not a pack of its own. */
export function isPart({ files }) {
  return files.every(({ role }) => role === 'liveness');
}

/** The folder of a pack's files. */
export function packFolder(id) {
  return path.join(path.resolve(root, process.env.MUSTER_MODEL_CACHE || 'models/cache'), id);
}

/** The file that `use` and `finish` write: the id of the pack, and `none` on a second line if no former pack may run. */
export function choiceFile() {
  return path.join(path.resolve(root, process.env.MUSTER_DATA_DIR || 'data'), 'model-pack');
}

/** The pack that the server runs: from the environment, else from `use`, else the default. */
export async function chosenPack() {
  if (process.env.MUSTER_MODEL_PACK) return process.env.MUSTER_MODEL_PACK;
  try {
    return (await readFile(choiceFile(), 'utf8')).split('\n')[0].trim() || DEFAULT_PACK;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return DEFAULT_PACK;
  }
}
