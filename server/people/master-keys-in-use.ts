import type { Database } from '../db/database.ts';

/** Ids of the master keys that the stored templates were sealed under: one, unless a key was ever changed. */
export async function masterKeysInUse(database: Database): Promise<string[]> {
  const rows = await database
    .fork()
    .execute<{ id: string }[]>('select distinct master_key_id id from person_key');
  return rows.map(({ id }) => id);
}
