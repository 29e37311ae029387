/**
 * The key of the journals. It is kept in the database, sealed under the master key like everything else, so that a rotation
 * of the master key takes it along: sightings that wait in a journal while the master key changes must still open.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { EnvelopeError, KEY_BYTES } from '../crypto/envelope.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database } from '../db/database.ts';
import { SightingJournalKey } from '../db/entities/key.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { LogKey } from './sealed-log.ts';

/** One for all servers of an installation; made at the first start, and again where the stored one does not open. */
export async function journalKey(database: Database, keys: KeyRing): Promise<LogKey> {
  return database.transaction(async (em) => {
    await lockByName(em, 'muster/sighting-journal-key');
    const [row] = await em.find(SightingJournalKey, {}, { orderBy: { createdAt: 'desc' }, limit: 1 });
    const stored = row && (await openOrNull(keys, row));
    if (stored) return { id: row.id, secret: stored };
    const id = randomUUID();
    const secret = randomBytes(KEY_BYTES);
    const sealed = await keys.seal(em, 'sightingJournalKey', [id], secret);
    em.create(SightingJournalKey, { id, ...sealed, createdAt: new Date() });
    return { id, secret };
  });
}

async function openOrNull(keys: KeyRing, row: SightingJournalKey): Promise<Buffer | null> {
  try {
    return await keys.open('sightingJournalKey', [row.id], row.masterKeyId, row.sealed);
  } catch (error) {
    if (error instanceof EnvelopeError) return null;
    throw error;
  }
}
