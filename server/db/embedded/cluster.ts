/** The files of the embedded database (PostgreSQL calls them a cluster) and what is kept beside them. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseAccount } from './system-user.ts';
import { ProgramFailure, startProgram } from './program.ts';

export interface ClusterOptions {
  /** Its folder; password and owner stand beside it under the same name. */
  cluster: string;
  /** The initdb program. */
  initdb: string;
  account: DatabaseAccount;
  durable: boolean;
}

/** The password of a new or an existing cluster; a new one is random, kept readable to us alone. */
export async function loadPassword(cluster: string): Promise<string> {
  const file = `${cluster}.password`;
  if (await exists(file)) return (await readFile(file, 'utf8')).trim();
  if (await exists(cluster)) {
    throw new Error(
      `${file} is missing, and nobody gets into ${cluster} without it: bring it back from a backup`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

/** The process that started the database last: it tells an orphan from a database in use. */
export async function loadOwner(cluster: string): Promise<number | null> {
  const file = `${cluster}.owner`;
  return (await exists(file)) ? Number.parseInt(await readFile(file, 'utf8'), 10) : null;
}

export async function saveOwner(cluster: string): Promise<void> {
  await writeFile(`${cluster}.owner`, `${process.pid}\n`, { mode: 0o600 });
}

export async function clusterExists(cluster: string): Promise<boolean> {
  return await exists(path.join(cluster, 'PG_VERSION'));
}

/**
 * Makes the files beside their place and moves them there when all is done, so that a start that is cut
 * off leaves no half. Throws ProgramFailure with initdb's words.
 */
export async function createCluster(password: string, options: ClusterOptions): Promise<void> {
  const { cluster, account } = options;
  const fresh = `${cluster}.new`;
  const passwordFile = `${cluster}.new.password`;
  await rm(fresh, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await mkdir(fresh, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.owner !== null) {
      await chown(fresh, account.owner.uid, account.owner.gid);
      await chown(passwordFile, account.owner.uid, account.owner.gid);
    }
    const { child, words } = startProgram(account, options.initdb, [
      `--pgdata=${fresh}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorts by code point alike on every machine, and knows the upper and lower case of all letters.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ]);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new ProgramFailure(words());
    await rename(fresh, cluster);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
