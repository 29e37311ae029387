/**
 * Chooses the system account for PostgreSQL. PostgreSQL refuses to run as root, so a server that runs as root starts it
 * with the account `postgres`, which is created if it does not exist.
 */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../../operator-error.ts';

const execute = promisify(execFile);

export interface DatabaseAccount {
  /** Owner of the database files; null if the database runs with the same account as Muster. */
  owner: { uid: number; gid: number } | null;
  /** The command line that runs a program of PostgreSQL: [program, ...arguments]. */
  command(program: string, args: readonly string[]): [string, ...string[]];
  /** Options of `spawn` that run this command with the account. */
  identity: { uid?: number; gid?: number };
}

const NAME = 'postgres';
/** Bits in the field CapEff of /proc/self/status, from linux/capability.h. */
const DAC_OVERRIDE = 1n << 1n;
const DAC_READ_SEARCH = 1n << 2n;

/**
 * @param paths folders that the account must be able to enter
 * @throws OperatorError if there is no account that can run PostgreSQL in these folders
 */
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
    throw new OperatorError(
      `PostgreSQL cannot run as root, and its account ${NAME} cannot enter ${closed}: move Muster to a folder ` +
        'that every account can enter (for example /opt/muster), start it as an ordinary user, or set DATABASE_URL.',
    );
  }
  return { owner, command: (program, args) => entering(capability, owner, program, args), identity: {} };
}

/**
 * No other account can enter an installation under /root. There the account also gets the capability to pass through all
 * folders, with setpriv (of util-linux). `no_setuid_fixup` is needed so that access(2), which PostgreSQL calls for its own
 * programs, takes the capability into account.
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
    throw new Error('useradd created no account');
  } catch (error) {
    throw new OperatorError(
      `PostgreSQL cannot run as root, and the account ${NAME} could not be created for it: ` +
        'start Muster as an ordinary user, or set DATABASE_URL.',
      { cause: error },
    );
  }
}

/** The first folder on the way to one of the paths that the account cannot enter, or null. */
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

/** The weakest capability of this process that opens folders and can be passed on; null if it has none. */
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
