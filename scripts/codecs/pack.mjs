/** Packs of decoders that a user may add: what is known of them, and whether they are installed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inRoot, root } from '../setup/paths.mjs';
import { SetupError } from '../setup/step.mjs';

export async function codecIds() {
  const names = await readdir(inRoot('scripts', 'codecs'));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
    .sort();
}

export async function readCodec(id) {
  const known = await codecIds();
  if (!known.includes(id)) {
    throw new SetupError(`There is no pack of decoders ${id}.`, `There are: ${known.join(', ')}`);
  }
  return JSON.parse(await readFile(inRoot('scripts', 'codecs', `${id}.json`), 'utf8'));
}

/** The folder of all packs; the server looks there too (config/config.ts). */
function codecFolder() {
  const data = path.resolve(root, process.env.MUSTER_DATA_DIR || 'data');
  return path.resolve(root, process.env.MUSTER_CODEC_CACHE || path.join(data, 'codecs'));
}

export function packFolder(id) {
  return path.join(codecFolder(), id);
}

/** Its two packages for this machine. Throws where there is no binary for it. */
export function packagesOf({ id, package: wrapper, binaries }) {
  const machine = `${process.platform}-${process.arch}`;
  const binary = binaries[machine];
  if (!binary) {
    throw new SetupError(
      `${id} has no binary for this machine (${machine}).`,
      `It has some for ${Object.keys(binaries).join(', ')}.`,
    );
  }
  return [wrapper, binary];
}

/**
 * What the installer wrote: { version, machine, integrity: string[], license: { accepted: { text, by, at } } }. The server
 * reads `version` and `machine`. Null if the pack is not there.
 */
export async function readInstalled(folder) {
  try {
    return JSON.parse(await readFile(path.join(folder, 'installed.json'), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** 'yes', 'no', or 'another version' of an earlier release, which the server does not use. */
export async function installedWord(manifest, folder) {
  const installed = await readInstalled(folder);
  if (installed === null) return 'no';
  const { version, machine } = installed;
  const same = version === manifest.package.version && machine === `${process.platform}-${process.arch}`;
  return same ? 'yes' : 'another version';
}
