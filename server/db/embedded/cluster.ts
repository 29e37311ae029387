/** The files of the embedded database (PostgreSQL calls them a cluster), and its password and owner beside them. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isCutShort } from '../../files/cut-short.ts';
import { writeDurably } from '../../files/durable-file.ts';
import { OperatorError } from '../../operator-error.ts';
import type { DatabaseAccount } from './system-user.ts';
import { ProgramFailure, startProgram } from './program.ts';

export interface ClusterOptions {
  /** Folder of the cluster. The files for password and owner lie beside it and begin with the same name. */
  cluster: string;
  /** Path of the initdb program. */
  initdb: string;
  account: DatabaseAccount;
  /** False skips writing everything to disk before the end; only for tests. */
  durable: boolean;
}

/**
 * Reads the password of the cluster. For a cluster that does not exist yet, makes a random one in a file that only this
 * account can read.
 *
 * @throws OperatorError if the cluster exists but its password file is missing
 */
export async function loadPassword(cluster: string): Promise<string> {
  const file = `${cluster}.password`;
  const kept = (await exists(file)) ? await readFile(file, 'utf8') : null;
  if (kept !== null && !isCutShort(kept)) return kept.trim();
  if (await exists(cluster)) {
    const fault =
      kept === null ? 'is missing' : 'is empty or cut short, as after a power cut or on a full disk';
    throw new OperatorError(
      `${file} ${fault}, and the database in ${cluster} cannot be opened without it: restore it from a backup.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(file, `${password}\n`);
  return password;
}

/**
 * The ID of the process that last started the database, or null if unknown. It distinguishes a database in use from one
 * that a killed server left running.
 */
export async function loadOwner(cluster: string): Promise<number | null> {
  const file = `${cluster}.owner`;
  const owner = (await exists(file)) ? Number.parseInt(await readFile(file, 'utf8'), 10) : Number.NaN;
  return Number.isNaN(owner) ? null : owner;
}

/** Records this process as the one that started the database. */
export async function saveOwner(cluster: string): Promise<void> {
  await writeDurably(`${cluster}.owner`, `${process.pid}\n`);
}

export async function clusterExists(cluster: string): Promise<boolean> {
  return await exists(path.join(cluster, 'PG_VERSION'));
}

/**
 * Creates the files in a temporary folder and moves them into place when all are complete, so that an interrupted start
 * leaves no incomplete cluster behind.
 *
 * @throws ProgramFailure with the messages of initdb
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
      // This locale sorts by code point on every machine and still knows upper and lower case of all letters.
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
