/**
 * npm run check:bare: both commands of the README in a minimal Debian 12 that has nothing but node and npm, with a clean
 * clone of the last commit, once as root and once as an ordinary user. Takes half an hour or more; ends with a table.
 */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkable, DebianRoot } from './check/debian-root.mjs';
import { command, tail } from './setup/command.mjs';
import { cacheDir, inRoot, root } from './setup/paths.mjs';
import { main, SetupError, step } from './setup/step.mjs';

const USAGE = `npm run check:bare -- [OPTIONS]

  --only root|user   run as this account alone
  --start-only       run npm start alone, and not npm test
  --tests PATH       run these tests alone, as in npm test -- PATH; may be given several times
  --cached-worker    take the media worker that this machine has built, and its libraries: saves the build, for a
                     quick look at the rest
  --keep             keep the folder of the Debian afterwards`;

const CHECKOUT = '/srv/muster';
/** Name of the ordinary user. */
const USER = 'someone';
/** ms. */
const TEST_TIMEOUT = 120 * 60_000;
/** Seconds: a first start may build the media worker. */
const START_SECONDS = 3_600;
/** How often an ordinary user is sent to install packages, at most. */
const SENT = 4;

const logs = inRoot('test-results', 'check-bare');
const verdicts = [];

await main(async () => {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  checkable('npm run check:bare', ['git', 'apt-get']);
  // Programs add to their logs: what an earlier run wrote must not be taken for a result of this one.
  await rm(logs, { recursive: true, force: true });
  await mkdir(logs, { recursive: true });
  for (const account of options.only ? [options.only] : ['root', 'user']) {
    await asAccount(account === 'root' ? 'root' : USER, options);
  }
  console.log('\ncommand                    as        result   minutes');
  for (const { what, user, ok, minutes } of verdicts) {
    console.log(
      `${what.padEnd(26)} ${user.padEnd(9)} ${(ok ? 'passed' : 'FAILED').padEnd(8)} ${minutes.toFixed(1)}`,
    );
  }
  const failed = verdicts.filter(({ ok }) => !ok).length;
  console.log(
    failed === 0 ? '\nAll passed.' : `\n${failed} failed; the output is in ${path.relative(root, logs)}.`,
  );
  return failed === 0 ? 0 : 1;
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        'start-only': { type: 'boolean' },
        tests: { type: 'string', multiple: true, default: [] },
        'cached-worker': { type: 'boolean' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.only !== undefined && !['root', 'user'].includes(values.only))
      throw new Error('--only root|user');
    return values;
  } catch (error) {
    throw new SetupError(error.message, USAGE);
  }
}

async function asAccount(user, options) {
  let debian;
  try {
    await step(`minimal Debian for ${user}`, async (say) => {
      debian = await DebianRoot.create(say);
      say('cloning the last commit');
      const log = path.join(logs, `${user}.log`);
      const clone = await command('git', [
        'clone',
        '-q',
        '--no-hardlinks',
        root,
        path.join(debian.dir, CHECKOUT),
      ]);
      if (!clone.ok) throw new SetupError(`The clone failed:\n${tail(clone)}`);
      if (user !== 'root') {
        const made = await debian.run(
          `useradd --create-home --shell /bin/bash ${USER} && chown -R ${USER}: ${CHECKOUT}`,
          {
            log,
          },
        );
        if (made !== 0) throw new SetupError(`The ordinary user could not be made: see ${log}.`);
      }
      if (options['cached-worker']) await bringWorker(debian, user, { say, log });
    });
    if (!options['start-only']) {
      const words = ['npm', 'test', ...(options.tests.length > 0 ? ['--', ...options.tests] : [])];
      await check(debian, user, 'npm test', words.join(' '), { timeout: TEST_TIMEOUT });
    }
    const [http, https, media] = await freePorts(3);
    await check(debian, user, 'npm start', `node scripts/check/serve.mjs ${https} ${START_SECONDS}`, {
      timeout: (START_SECONDS + 120) * 1000,
      env: { MUSTER_HTTP_PORT: http, MUSTER_HTTPS_PORT: https, MUSTER_MEDIA_PORT: media },
    });
  } finally {
    if (options.keep && debian) console.log(`  kept: ${debian.dir}`);
    else await debian?.remove();
  }
}

/** The libraries that a worker built on Debian 12 needs are those of the Dockerfile. */
async function bringWorker(debian, user, { say, log }) {
  const [, libraries] = /--no-install-recommends (libssl3[^\\]*)/.exec(
    await readFile(inRoot('Dockerfile'), 'utf8'),
  );
  say(`apt-get install ${libraries}`);
  const text = `apt-get update -q && apt-get install -qy --no-install-recommends ${libraries}`;
  const code = await debian.run(text, {
    log,
    timeout: TEST_TIMEOUT,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (code !== 0) throw new SetupError(`apt-get failed: see ${log}.`);
  const home = path.join(debian.dir, user === 'root' ? 'root' : `home/${user}`);
  await mkdir(path.join(home, '.cache/muster'), { recursive: true });
  for (const name of (await readdir(cacheDir())).filter((one) => one.startsWith('mediasoup-worker-'))) {
    await copyFile(path.join(cacheDir(), name), path.join(home, '.cache/muster', name));
  }
  if (user !== 'root') await debian.run(`chown -R ${user}: /home/${user}`, { log });
}

/**
 * Runs one command of the README. An ordinary user cannot install system packages: where the set-up stops and says what
 * to type, exactly that is typed, by root in place of sudo, and the command is run again.
 */
async function check(debian, user, what, text, options) {
  const began = performance.now();
  const log = path.join(logs, `${user}-${what.replace(' ', '-')}.log`);
  let ok = false;
  await step(`${what} as ${user}`, async (say) => {
    for (let sent = 0; ; sent++) {
      say(`output in ${path.relative(root, log)}`);
      const code = await debian.run(text, { user, cwd: CHECKOUT, log, ...options });
      ok = code === 0;
      if (ok) return `passed`;
      const advice = await adviceIn(log);
      if (user === 'root' || advice === null || sent === SENT) return `FAILED, exit code ${code}`;
      say(`as it says: ${advice}`);
      const installed = await debian.run(advice.replaceAll('sudo ', ''), { log, timeout: TEST_TIMEOUT });
      if (installed !== 0) return `FAILED: what the set-up says to type does not work`;
    }
  });
  if (!ok) console.log((await readFile(log, 'utf8')).trimEnd().split('\n').slice(-40).join('\n'));
  verdicts.push({ what, user, ok, minutes: (performance.now() - began) / 60_000 });
}

/** What the set-up said last to type for missing packages; null where it did not stop for them. */
async function adviceIn(log) {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const advice = lines.slice(-12).find((line) => line.startsWith('→ sudo apt-get '));
  return advice?.slice(2) ?? null;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) server.close();
  return ports;
}
