import type { Em } from './database.ts';

/**
 * Takes a lock that all servers of one database share, and holds it until the transaction ends. Waits while another
 * transaction holds it.
 *
 * @param name `muster/` and what the lock protects
 */
export async function lockByName(em: Em, name: `muster/${string}`): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
}
