/** Opens the key store that the configuration names: see `store/shares.ts`. */
import type { Logger } from 'pino';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { DatabaseKeyStore } from './store/database-key-store.ts';
import type { KeyStore } from './store/shares.ts';
import { FolderKeyStore } from './store/folder-key-store.ts';

/** Throws OperatorError where the key store cannot be used. */
export async function openKeyStore(
  config: Pick<Config, 'dataDir' | 'database' | 'keys'>,
  log: Logger,
): Promise<KeyStore> {
  const { url, folder } = storeAddress(config);
  return url === null ? await FolderKeyStore.open(folder) : await DatabaseKeyStore.open({ url, log });
}

/** Where the configuration puts the key store. `name` contains no password and is for messages. */
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

/** A separate database on the same PostgreSQL: servers that share one also share the other, but a dump of one does not contain the other. */
function besideDatabase(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const url = new URL(address);
  url.pathname = `${url.pathname === '/' ? '/muster' : url.pathname}_keys`;
  return url.href;
}
