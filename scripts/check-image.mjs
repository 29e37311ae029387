/**
 * npm run check:image: builds the container image without a container engine, runs it against a PostgreSQL, and goes
 * through set-up and sign-in over HTTPS. buildah builds it on a stand-in for the base image: a Debian of debootstrap with
 * the node of this checkout. Takes a quarter of an hour, most of it for the packages and the media worker;
 * --cached-worker takes the media worker that this machine has built before.
 */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { checkable, DebianRoot } from './check/debian-root.mjs';
import { command, tail } from './setup/command.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { foreground } from './setup/foreground.mjs';
import { cacheDir, inRoot, node24, root } from './setup/paths.mjs';
import { main, SetupError, step } from './setup/step.mjs';

/** MB of 10^6 bytes that /app may have. */
const MOST = 350;
const BUILD_TIMEOUT = 3_600_000;
const TAG = 'muster-check';

const work = path.join(cacheDir(), 'check', 'image');
/** Its own storage, so that it leaves the images of this machine alone. */
const storage = [
  '--root',
  path.join(work, 'storage'),
  '--runroot',
  path.join(work, 'run'),
  '--storage-driver',
  'vfs',
];
const cachedWorker = process.argv.includes('--cached-worker');
const log = inRoot('test-results', 'check-image.log');

await main(async () => {
  checkable('npm run check:image', ['buildah', 'git']);
  await dependencies({ dev: true });
  await mkdir(path.dirname(log), { recursive: true });
  try {
    await cleared();
    await step('stand-in for the base image', standIn);
    await step('image', build);
    const container = await buildah(['from', '--pull-never', TAG]);
    const mounted = await buildah(['mount', container]);
    const megabytes = await size(path.join(mounted, 'app'));
    const parts = await Promise.all(
      ['node_modules', 'models', 'dist', 'server', 'mediasoup-worker'].map(
        async (name) => `${name} ${await size(path.join(mounted, 'app', name))}`,
      ),
    );
    console.log(`  /app: ${megabytes} MB (${parts.join(', ')})`);
    const code = await foreground(
      node24,
      [inRoot('scripts', 'check', 'try-image.mjs'), container, ...storage],
      process.env,
    );
    if (megabytes > MOST) console.log(`✗ /app has ${megabytes} MB, and ${MOST} are allowed`);
    const ok = code === 0 && megabytes <= MOST;
    console.log(ok ? '\nThe image builds, serves and ends as it should.' : '\nFAILED');
    return ok ? 0 : 1;
  } finally {
    await cleared();
  }
});

/** Committed under the name in the Dockerfile, which `--pull-never` then finds here. */
async function standIn(say) {
  const [, name] = /^FROM (\S+)/m.exec(await readFile(inRoot('Dockerfile'), 'utf8'));
  const debian = await DebianRoot.create(say);
  try {
    await rm(path.join(debian.dir, 'usr/local/bin/node'));
    await copyFile(node24, path.join(debian.dir, 'usr/local/bin/node'));
    // As the official image has it.
    await debian.run('useradd --uid 1000 --create-home --shell /bin/bash node', { log, timeout: 60_000 });
    say('committing');
    const container = await buildah(['from', 'scratch']);
    await buildah(['add', '--quiet', container, debian.dir, '/']);
    const env = Object.entries(debian.env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    await buildah(['config', ...env, container]);
    await buildah(['commit', '--quiet', '--rm', container, `docker.io/library/${name}`]);
    return name;
  } finally {
    await debian.remove();
  }
}

async function build(say) {
  const context = path.join(work, 'context');
  await rm(context, { recursive: true, force: true });
  const clone = await command('git', ['clone', '-q', '--no-hardlinks', root, context]);
  if (!clone.ok) throw new SetupError(`The clone failed:\n${tail(clone)}`);
  const volumes = [];
  if (cachedWorker) {
    // A copy: the build moves the program away.
    const copy = path.join(work, 'cache');
    await mkdir(copy, { recursive: true });
    const names = (await readdir(cacheDir())).filter((name) => name.startsWith('mediasoup-worker-'));
    for (const name of names) await copyFile(path.join(cacheDir(), name), path.join(copy, name));
    volumes.push('--volume', `${copy}:/cache/muster`);
  }
  say('buildah bud');
  await buildah(['bud', '--isolation', 'chroot', '--pull-never', ...volumes, '--tag', TAG, context], {
    onLine: (line) => {
      if (/^STEP |^[✓✗] /.test(line)) say(line);
    },
  });
  return 'built';
}

/** Resolves with what the program printed last. */
async function buildah(args, options = {}) {
  const [name, ...rest] = args;
  const done = await command('buildah', [...storage, name, ...rest], { timeout: BUILD_TIMEOUT, ...options });
  if (!done.ok) throw new SetupError(`buildah ${name} failed:\n${tail(done, 30)}`);
  return done.out.trim().split('\n').at(-1) ?? '';
}

async function size(place) {
  const { out } = await command('du', ['-s', '--block-size=1000000', place]);
  return Number.parseInt(out, 10);
}

async function cleared() {
  await command('buildah', [...storage, 'umount', '--all']);
  await command('buildah', [...storage, 'rm', '--all']);
  await rm(work, { recursive: true, force: true });
}
