/** Debian packages: installed if this account is root, named in one sentence if it is not. */
import { command, tail, which } from './command.mjs';
import { SetupError } from './step.mjs';

const ATTEMPTS = 4;
const APT_TIMEOUT = 900_000;
/** Seconds. */
const LOCK_TIMEOUT = 300;

/** Steps that run at the same time install one after another: apt-get refuses to run twice. */
let before = Promise.resolve();

/** `purpose` completes "… needs these packages". */
export function installPackages(packages, purpose, say) {
  const installed = before.then(() => install(packages, purpose, say));
  before = installed.catch(() => {});
  return installed;
}

async function install(packages, purpose, say) {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (which('apt-get') === null || process.getuid?.() !== 0) {
    throw new SetupError(
      `${purpose} needs these system packages: ${list}`,
      which('apt-get') === null
        ? 'Install their counterparts with the package manager of this system.'
        : `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A machine that has just started is often installing packages of its own.
  const patient = ['-q', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT}`];
  say(`apt-get install ${list}`);
  let failed;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // A mirror that fails once often works a moment later.
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, attempt * 3000));
    failed = await command('apt-get', ['update', ...patient], { env, timeout: APT_TIMEOUT });
    if (!failed.ok) continue;
    failed = await command('apt-get', ['install', ...patient, '-y', '--no-install-recommends', ...missing], {
      env,
      timeout: APT_TIMEOUT,
    });
    if (failed.ok) return;
  }
  throw new SetupError(`apt-get could not install ${list}:\n${tail(failed)}`, `apt-get install -y ${list}`);
}

async function missingPackages(packages) {
  if (which('dpkg-query') === null) return packages;
  const { out } = await command('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...packages]);
  const installed = new Set(
    out
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}
