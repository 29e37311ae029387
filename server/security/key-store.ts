/**
 * The key store: of every person's data key one share, apart from the database and its backups. A data key opens with
 * the master key and its share together, so whoever destroys the share has destroyed what the key sealed, in every
 * backup of the database as well. Shares are random, written once and only ever deleted: no rotation touches them.
 */
import type { Logger } from 'pino';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { DatabaseKeyStore } from './key-store/database-key-store.ts';
import { FolderKeyStore } from './key-store/folder-key-store.ts';

export interface ShareName {
  personId: string;
  keyId: string;
}

export interface KeyStore {
  /** For messages; without a password. */
  readonly name: string;
  /** Resolves when it would survive a power cut. */
  put(name: ShareName, share: Uint8Array): Promise<void>;
  /** In the order of the names; null where there is none. Throws where it cannot be told. */
  get(names: readonly ShareName[]): Promise<(Buffer | null)[]>;
  /** These keys of a person, or all of theirs. Resolves when they are gone for good; none there is no fault. */
  destroy(personId: string, keyIds?: readonly string[]): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Throws one Error of one sentence where it cannot be had. */
export async function openKeyStore(
  config: Pick<Config, 'dataDir' | 'database' | 'keys'>,
  log: Logger,
): Promise<KeyStore> {
  const { url, folder } = storeAddress(config);
  return url === null ? await FolderKeyStore.open(folder) : await DatabaseKeyStore.open({ url, log });
}

/** Where the configuration puts it. `name` is for messages, without a password. */
export function storeAddress({
  dataDir,
  database,
  keys,
}: Pick<Config, 'dataDir' | 'database' | 'keys'>):
  { name: string; url: string; folder: null } | { name: string; url: null; folder: string } {
  const where = keys.store ?? besideDatabase(database.url) ?? path.join(dataDir, 'keys');
  if (!/^postgres(ql)?:/.test(where)) {
    const folder = path.resolve(where);
    return { name: folder, url: null, folder };
  }
  const { host, pathname } = new URL(where);
  return { name: `${host}${pathname}`, url: where, folder: null };
}

/** A database of its own on the same PostgreSQL: servers that share the one share the other, and a dump of one has not the other. */
function besideDatabase(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const url = new URL(address);
  url.pathname = `${url.pathname === '/' ? '/muster' : url.pathname}_keys`;
  return url.href;
}
