/**
 * A minimal Debian 12 in a folder, as debootstrap makes it, with the node and npm of this machine: what a stranger's
 * bare machine has. Mirrors, proxies, certificates and npm's settings are those of this machine, so that it also works
 * behind a mirror.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { command, outsideNode, tail, which } from '../setup/command.mjs';
import { SetupError } from '../setup/fault.mjs';
import { cacheDir, outsidePath } from '../setup/paths.mjs';

const RELEASE = 'bookworm';
const BOOTSTRAP_TIMEOUT = 1_200_000;
/** Of a command that is given no other. */
const RUN_TIMEOUT = 900_000;
/** Bases older than this are created again, ms: mirrors delete the packages of an old list. */
const FRESH = 7 * 24 * 3_600_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Variables that define how this machine reaches the network. */
const NETWORK =
  /^(https?_proxy|no_proxy|all_proxy|npm_config_.*|node_extra_ca_certs|ssl_cert_file|ssl_cert_dir)$/i;
/** What `npm run` tells its scripts, which is not how the machine is set up. */
const OF_NPM_RUN =
  /^npm_config_(prefix|local_prefix|global_prefix|globalconfig|userconfig|init_module|cache|nodedir|node_gyp|npm_version|user_agent|noproxy)$/i;

const folder = () => path.join(cacheDir(), 'check');

/** Throws where this account or this machine cannot make such a root. `programs` are needed in addition. */
export function checkable(what, programs) {
  if (process.platform !== 'linux') throw new SetupError(`${what} needs Linux.`);
  if (process.getuid() !== 0) {
    throw new SetupError(
      `${what} needs root: it makes a Debian in a folder, mounts /proc, /dev and /sys there, and changes its root to it.`,
      'Run the same command as root.',
    );
  }
  const missing = ['debootstrap', 'unshare', 'chroot', ...programs].filter((name) => which(name) === null);
  if (missing.length > 0) {
    throw new SetupError(`${what} needs ${missing.join(', ')}.`, `apt-get install -y ${missing.join(' ')}`);
  }
}

export class DebianRoot {
  /** @type {string} The folder that is `/` to its programs. */
  dir;
  /** Variables by which its programs reach the network. */
  env;

  constructor(dir, env) {
    this.dir = dir;
    this.env = env;
  }

  /** A new root for one run. The caller must remove it. */
  static async create(say) {
    const base = await preparedBase(say);
    say('copying the base');
    const dir = await mkdtemp(path.join(folder(), 'root-'));
    await chmod(dir, 0o755);
    const copied = await command('cp', ['-a', '--reflink=auto', `${base}/.`, dir]);
    if (!copied.ok) throw new SetupError(`The base could not be copied:\n${tail(copied)}`);
    try {
      return new DebianRoot(dir, await networkOf(dir));
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Runs a shell command as `user` and resolves with its exit code; its output is added to the file `log`. /proc, /dev
   * and /sys are mounted in a namespace of this one command: its end, however it comes, takes the mounts along.
   */
  async run(text, { user = 'root', cwd = '/', env = {}, log, timeout = RUN_TIMEOUT }) {
    const home = user === 'root' ? '/root' : `/home/${user}`;
    const all = { PATH, HOME: home, USER: user, LANG: 'C.UTF-8', ...this.env, ...env };
    const words = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const mounts = [
      'mount -t proc proc "$0/proc"',
      'mount --rbind /dev "$0/dev"',
      'mount --rbind /sys "$0/sys"',
      'exec chroot --userspec="$1:$1" --groups= "$0" /usr/bin/env -i "${@:3}" /bin/sh -c "$2"',
    ].join(' && ');
    const output = await open(log, 'a');
    try {
      await output.write(`\n$ ${text}   # as ${user}\n`);
      const child = spawn(
        'unshare',
        [
          '--mount',
          '--pid',
          '--fork',
          '--kill-child',
          'bash',
          '-c',
          mounts,
          this.dir,
          user,
          `cd ${cwd} && ${text}`,
          ...words,
        ],
        { stdio: ['ignore', output.fd, output.fd], detached: true },
      );
      return await ended(child, timeout);
    } finally {
      await output.close();
    }
  }

  async remove() {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Resolves with the exit code; null after `timeout` ms. Rejects when we are told to end, and ends the command with us. */
function ended(child, timeout) {
  return new Promise((resolve, reject) => {
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    };
    const timer = setTimeout(end, timeout);
    const interrupted = () => {
      end();
      // The commands that would follow must not run either.
      reject(new SetupError('The check was interrupted.', 'Start it again: npm run check:bare'));
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted);
      process.off('exit', end);
      resolve(code);
    });
  });
}

/** The folder of a base that holds nothing but Debian; made once, then kept for a week. */
async function preparedBase(say) {
  const sources = await aptSources();
  const key = createHash('sha256')
    .update(JSON.stringify([RELEASE, sources]))
    .digest('hex')
    .slice(0, 12);
  await mkdir(folder(), { recursive: true });
  const base = path.join(folder(), `base-${key}`);
  const stamp = path.join(folder(), `base-${key}.made`);
  const made = existsSync(base) ? Number(await readFile(stamp, 'utf8').catch(() => '0')) : 0;
  if (Date.now() - made < FRESH) return base;
  say('debootstrap, one to three minutes');
  await rm(base, { recursive: true, force: true });
  const dir = await mkdtemp(path.join(folder(), 'new-'));
  await chmod(dir, 0o755);
  const done = await command('debootstrap', ['--variant=minbase', RELEASE, dir, sources[0].uri], {
    env: { ...process.env, PATH: outsidePath(), ...(await aptProxy()) },
    timeout: BOOTSTRAP_TIMEOUT,
  });
  if (!done.ok) {
    await rm(dir, { recursive: true, force: true });
    throw new SetupError(
      `debootstrap failed:\n${tail(done)}`,
      'Check that apt-get update works on this machine.',
    );
  }
  const lines = sources.map(
    ({ uri, release, components }) => `deb ${uri} ${release} ${components.join(' ')}\n`,
  );
  await writeFile(path.join(dir, 'etc/apt/sources.list'), lines.join(''));
  await rename(dir, base);
  await writeFile(stamp, String(Date.now()));
  return base;
}

/** The sources of this machine's apt that are Debian 12: [{ uri, release, components }], the release itself first. */
async function aptSources() {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)';
  const { out } = await command('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const found = new Map();
  for (const line of out.split('\n')) {
    const [uri, release, component, origin] = line.split(' ');
    if (origin !== 'Debian' || release?.split('-')[0] !== RELEASE) continue;
    const source = found.get(release) ?? { uri, release, components: [] };
    if (source.uri === uri && !source.components.includes(component)) source.components.push(component);
    found.set(release, source);
  }
  if (!found.has(RELEASE)) {
    throw new SetupError(
      `The apt of this machine has no source of Debian ${RELEASE}, from which a minimal Debian could be made.`,
      `Add one, then type: apt-get update`,
    );
  }
  return [...found.values()].sort((a, b) => a.release.length - b.release.length);
}

/** debootstrap does not read apt's configuration. */
async function aptProxy() {
  const { out } = await command('apt-config', ['dump', '--format', '%f %v%n', 'Acquire::http::Proxy']);
  const [, proxy] = /^Acquire::http::Proxy (\S+)$/m.exec(out) ?? [];
  return proxy && proxy !== 'DIRECT' ? { http_proxy: proxy } : {};
}

/** Puts the node, npm, certificates and settings of this machine into the root; its variables for the network. */
async function networkOf(dir) {
  const node = await realpath(outsideNode());
  await mkdir(path.join(dir, 'usr/local/lib/node_modules'), { recursive: true });
  await copyFile(node, path.join(dir, 'usr/local/bin/node'));
  const cli = process.env.npm_execpath ?? (await realpath(which('npm')));
  const npm = path.resolve(cli, '../..');
  await cp(npm, path.join(dir, 'usr/local/lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(dir, 'usr/local/bin/npm'));
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) await copyIn(dir, file);

  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => NETWORK.test(name) && !OF_NPM_RUN.test(name)),
  );
  const config = await npmConfig();
  const files = [config.cafile, ...Object.values(env).filter((value) => value.startsWith('/'))];
  for (const file of new Set(files)) {
    if (file && existsSync(file) && (await stat(file)).isFile()) await copyIn(dir, file);
  }
  // A package that installs ca-certificates creates the bundle again, from these and its own certificates.
  const own = '/usr/local/share/ca-certificates';
  if (existsSync(own)) await cp(own, path.join(dir, own), { recursive: true });
  await mkdir(path.join(dir, 'usr/local/etc'), { recursive: true });
  for (const name of [config.globalconfig, config.userconfig]) {
    if (!name || !existsSync(name)) continue;
    await appendFile(path.join(dir, 'usr/local/etc/npmrc'), `${await readFile(name, 'utf8')}\n`);
  }

  const { out } = await command('apt-config', ['dump', 'Acquire']);
  const settings = out.split('\n').filter((line) => /^Acquire::(https?|Retries)\b.*"[^"]+";$/.test(line));
  await writeFile(path.join(dir, 'etc/apt/apt.conf.d/90this-machine'), `${settings.join('\n')}\n`);
  const auth = '/etc/apt/auth.conf.d';
  if (existsSync(auth) && (await readdir(auth)).length > 0) {
    await cp(auth, path.join(dir, auth), { recursive: true });
  }
  return env;
}

async function copyIn(dir, file) {
  const target = path.join(dir, file);
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(file, target);
}

async function npmConfig() {
  const { out } = await command('npm', ['config', 'list', '--json'], {
    env: { ...process.env, PATH: outsidePath() },
    cwd: '/',
  });
  return JSON.parse(out);
}
