/** Gets mediasoup's media worker, a native program, once per version, and keeps it outside the checkout. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { command, tail } from './command.mjs';
import { spokenFault } from './fault.mjs';
import { cacheDir, inRoot, node24 } from './paths.mjs';
import { space, writable } from './preflight.mjs';
import { step, SetupError } from './step.mjs';
import { installPackages } from './system-packages.mjs';
import { copyWhole } from './whole-file.mjs';

/** Exit code of a worker that is started without its environment: it shows that the program runs on this machine. */
const RUNS = 41;
const DOWNLOAD_TIMEOUT = 90_000;
const BUILD_TIMEOUT = 2_400_000;
/** Bytes: one worker, with room for the next version. */
const CACHE_SPACE = 64 * 2 ** 20;
/** The version that scripts/mediasoup-worker/overlay can build. */
const BUILDABLE = '3.27.1';
const BUILD_PACKAGES = [
  'meson',
  'ninja-build',
  'g++',
  'pkg-config',
  'flatbuffers-compiler',
  'libflatbuffers-dev',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libabsl-dev',
];

/** Resolves with the path of the program, the value of MEDIASOUP_WORKER_BIN. */
export async function mediaWorker() {
  const { version } = JSON.parse(await readFile(inRoot('node_modules', 'mediasoup', 'package.json'), 'utf8'));
  let file = process.env.MEDIASOUP_WORKER_BIN;
  await step(`media worker ${version}`, async (say) => {
    if (file) {
      if (await runs(file)) return 'MEDIASOUP_WORKER_BIN';
      throw new SetupError(
        `MEDIASOUP_WORKER_BIN names ${file}, which is not a media worker that runs on this machine.`,
        'Unset MEDIASOUP_WORKER_BIN to let this step get one.',
      );
    }
    const extension = process.platform === 'win32' ? '.exe' : '';
    const name = `mediasoup-worker-${version}-${process.platform}-${process.arch}${extension}`;
    file = path.join(cacheDir(), name);
    if (await runs(file)) return 'cached';
    await mkdir(path.dirname(file), { recursive: true });
    // Check before a build that takes minutes.
    await writable(path.dirname(file), 'The cache');
    await space(path.dirname(file), CACHE_SPACE);
    say('fetching the official program');
    const official = await download();
    if (official !== null) {
      await copyWhole(official, file);
      return 'official program';
    }
    await build(version, file, say);
    return 'built here';
  });
  return file;
}

/**
 * Runs mediasoup's own install script with its own address and checks. Its fallback would download build tools; a Python
 * that does not exist stops it there, and our own build follows.
 */
async function download() {
  const folder = inRoot('node_modules', 'mediasoup');
  if (process.env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return null;
  await command(node24, ['npm-scripts.mjs', 'postinstall'], {
    cwd: folder,
    env: { ...process.env, PYTHON: 'no-python-for-this' },
    timeout: DOWNLOAD_TIMEOUT,
  });
  const name = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';
  const file = path.join(folder, 'worker', 'out', 'Release', name);
  return (await runs(file)) ? file : null;
}

async function build(version, file, say) {
  if (process.platform !== 'linux') {
    throw new SetupError(
      'The media worker could not be fetched, and it can be built offline on Linux only.',
      'Go online for the first start, or build mediasoup-worker yourself and set MEDIASOUP_WORKER_BIN.',
    );
  }
  if (version !== BUILDABLE) {
    throw new SetupError(
      `The media worker could not be fetched, and scripts/mediasoup-worker builds ${BUILDABLE}, not ${version}.`,
      'Go online for the first start, or set MEDIASOUP_WORKER_BIN.',
    );
  }
  await installPackages(BUILD_PACKAGES, 'The media worker could not be fetched, and building it', say);
  say('the official program cannot be downloaded: building it, 2 to 5 minutes');
  const temporary = `${file}.${process.pid}`;
  let shown = performance.now();
  const built = await command(
    'bash',
    [inRoot('scripts', 'mediasoup-worker', 'build.sh'), inRoot('node_modules', 'mediasoup'), temporary],
    {
      timeout: BUILD_TIMEOUT,
      onLine: (line) => {
        const progress = /^\[(\d+)\/(\d+)\]/.exec(line);
        if (progress === null || performance.now() - shown < 15_000) return;
        shown = performance.now();
        say(`building ${progress[1]} of ${progress[2]}`);
      },
    },
  );
  try {
    if (!built.ok || !(await runs(temporary))) {
      const why = `The media worker could not be built:\n${tail(built, 20)}`;
      throw (
        spokenFault(built) ??
        new SetupError(
          why,
          'Set MEDIASOUP_WORKER_BIN to a mediasoup-worker of this version, or go online for the first start.',
        )
      );
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function runs(file) {
  if (!existsSync(file) || !(await stat(file)).isFile()) return false;
  const { code } = await command(path.resolve(file), [], { env: {}, timeout: 10_000 });
  return code === RUNS;
}
