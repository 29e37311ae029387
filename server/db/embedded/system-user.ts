/**
 * Under which account PostgreSQL runs. It refuses to run as root, so a root server starts it as the system
 * account `postgres`, which is made where there is none.
 */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface DatabaseAccount {
  /** Owner of the database's files; null where the database runs as we do. */
  owner: { uid: number; gid: number } | null;
  /** What to start for a program of PostgreSQL's: [program, ...arguments]. */
  command(program: string, args: readonly string[]): [string, ...string[]];
  /** Options of `spawn` that put that command under the account. */
  identity: { uid?: number; gid?: number };
}

const NAME = 'postgres';
/** Bits of /proc/self/status's CapEff, from linux/capability.h. */
const DAC_OVERRIDE = 1n << 1n;
const DAC_READ_SEARCH = 1n << 2n;

/** `paths` are the folders that the account must be able to enter. Throws one sentence where it cannot. */
export async function databaseAccount(paths: readonly string[]): Promise<DatabaseAccount> {
  if (process.getuid?.() !== 0) {
    return { owner: null, command: (program, args) => [program, ...args], identity: {} };
  }
  const owner = (await lookUp()) ?? (await create());
  const closed = await firstClosed(paths, owner);
  if (closed === null) {
    return { owner, command: (program, args) => [program, ...args], identity: owner };
  }
  const capability = await searchCapability();
  if (capability === null) {
    throw new Error(
      `PostgreSQL cannot run as root, and its account ${NAME} may not enter ${closed}: move Muster to a folder ` +
        'that every account may enter (/opt/muster, say), start it as an ordinary user, or set DATABASE_URL',
    );
  }
  return { owner, command: (program, args) => entering(capability, owner, program, args), identity: {} };
}

/**
 * A checkout under /root is closed to every other account. There the account gets, beyond its own rights,
 * the one to pass through folders; setpriv (util-linux) hands it over. `no_setuid_fixup` makes access(2),
 * which PostgreSQL asks about its own programs, count it too.
 */
function entering(
  capability: string,
  owner: { uid: number; gid: number },
  program: string,
  args: readonly string[],
): [string, ...string[]] {
  const only = `-all,+${capability}`;
  return [
    'setpriv',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
    program,
    ...args,
  ];
}

async function lookUp(): Promise<{ uid: number; gid: number } | null> {
  const accounts = await readFile('/etc/passwd', 'utf8');
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === NAME);
  return fields === undefined ? null : { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function create(): Promise<{ uid: number; gid: number }> {
  try {
    await execute('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
    const account = await lookUp();
    if (account !== null) return account;
    throw new Error('useradd made no account');
  } catch (error) {
    throw new Error(
      `PostgreSQL cannot run as root, and no account ${NAME} could be made for it: ` +
        'start Muster as an ordinary user, or set DATABASE_URL',
      { cause: error },
    );
  }
}

/** The first folder on the way to one of the paths that the account may not pass through, or null. */
async function firstClosed(
  paths: readonly string[],
  account: { uid: number; gid: number },
): Promise<string | null> {
  const folders = new Set(paths.flatMap(ancestors));
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const search = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & search) === 0) return folder;
  }
  return null;
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

/** The least capability that this process may hand on and that opens folders; null where it has none. */
async function searchCapability(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const available = await execute('setpriv', ['--version']).then(
    () => true,
    () => false,
  );
  if (!available) return null;
  if ((effective & DAC_READ_SEARCH) !== 0n) return 'dac_read_search';
  return (effective & DAC_OVERRIDE) === 0n ? null : 'dac_override';
}
