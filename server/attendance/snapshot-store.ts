/**
 * Snapshots: the picture of the face behind each punch, if the site keeps them. Each is encrypted with the person's data
 * key and becomes unreadable when that key is destroyed.
 */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { PersonKey } from '../db/entities/template.ts';
import type { PersonKeyStore } from '../biometrics/person-key-store.ts';
import { EnvelopeError, open, seal } from '../crypto/envelope.ts';
import { DAY } from '../time/durations.ts';

export interface SnapshotStoreOptions {
  database: Database;
  personKeys: PersonKeyStore;
  /** How long a snapshot is kept from now on, days. */
  keepDays: () => number;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** Largest picture accepted, bytes. An analyzer sends 38 kB; anything much larger is a mistake. */
const MAX_BYTES = 256 * 1024;

export class SnapshotStore {
  readonly #options: Required<SnapshotStoreOptions>;

  constructor(options: SnapshotStoreOptions) {
    this.#options = { now: Date.now, ...options };
  }

  /**
   * Keeps the picture of a sighting if the sighting became a punch. A second picture for the same punch is ignored. Keeps
   * nothing of a person without a data key, because that person has withdrawn consent in the meantime. Never rejects: a
   * lost picture must not affect the punch.
   */
  async keep(sighting: { id: string; personId: string }, picture: Uint8Array): Promise<void> {
    try {
      await this.#keep(sighting, picture);
    } catch (error) {
      const { id: sightingId, personId } = sighting;
      this.#options.log.error(
        { event: 'snapshot.lost', sightingId, personId, err: error },
        'snapshot not kept',
      );
    }
  }

  /** The picture of a punch (BMP), or null if there is none or it has expired. Each call is recorded in the audit trail. */
  async view(punchId: string): Promise<Buffer | null> {
    const { database, personKeys, now } = this.#options;
    return database.transaction(async (em) => {
      const row = await em.findOne(Snapshot, { punchId, expiresAt: { $gt: new Date(now()) } });
      const key = row && (await em.findOne(PersonKey, { personId: row.personId, id: row.keyId }));
      if (!key) return null;
      const [dataKey] = await personKeys.open([key]);
      if (!dataKey || dataKey instanceof EnvelopeError) return null;
      const object = { kind: 'punch' as const, id: punchId };
      try {
        const picture = open(dataKey, row.sealed, context(row));
        await audit(em, { act: 'evidence.viewed', object, after: { personId: row.personId } });
        return picture;
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
        this.#options.log.error(
          { event: 'snapshot.unreadable', punchId, err: error },
          'snapshot cannot be decrypted',
        );
        await audit(em, { act: 'evidence.unreadable', object, after: { personId: row.personId } });
        return null;
      } finally {
        dataKey.fill(0);
      }
    });
  }

  async #keep({ id, personId }: { id: string; personId: string }, picture: Uint8Array): Promise<void> {
    if (picture.length > MAX_BYTES)
      throw new RangeError(`the picture has ${picture.length} bytes, more than allowed`);
    const { database, personKeys, keepDays, now } = this.#options;
    await database.transaction(async (em) => {
      const punch = await em.findOne(Punch, { sightingId: id, personId });
      if (!punch) return;
      // Destroying the key locks this row too, so nothing is encrypted with a key that is just being destroyed.
      await em.findOne(Person, personId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const key = await em.findOne(PersonKey, { personId });
      if (!key || (await em.count(Snapshot, { punchId: punch.id })) > 0) return;
      const [dataKey] = await personKeys.open([key]);
      if (!dataKey || dataKey instanceof EnvelopeError) return;
      const names = { punchId: punch.id, personId, keyId: key.id };
      const sealed = seal(dataKey, picture, context(names));
      dataKey.fill(0);
      const expiresAt = new Date(now() + keepDays() * DAY);
      em.create(Snapshot, { ...names, sealed, takenAt: punch.at, expiresAt });
    });
  }
}

/** All readable snapshots of a person (BMP) by the IDs of their punches, for the export of their data. */
export async function picturesOf(
  { database, personKeys }: { database: Database; personKeys: Pick<PersonKeyStore, 'open'> },
  personId: string,
): Promise<Map<string, Buffer>> {
  const em = database.fork();
  const pictures = new Map<string, Buffer>();
  const key = await em.findOne(PersonKey, { personId });
  const [dataKey] = key ? await personKeys.open([key]) : [];
  if (!dataKey || dataKey instanceof EnvelopeError) return pictures;
  try {
    for (const row of await em.find(Snapshot, { personId }, { orderBy: { takenAt: 'asc' } })) {
      try {
        pictures.set(row.punchId, open(dataKey, row.sealed, context(row)));
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
      }
    }
  } finally {
    dataKey.fill(0);
  }
  return pictures;
}

/**
 * Seals the pictures of a person's punches for another record of the same person, to which the punches were moved. A picture
 * that does not open is left out: nobody could see it before either.
 *
 * @param moved the new punch, by the old one
 */
export function resealed(
  pictures: readonly Snapshot[],
  { from, into }: { from: Buffer; into: { personId: string; dataKey: Buffer; keyId: string } },
  moved: (punchId: string) => string | undefined,
): Snapshot[] {
  return pictures.flatMap((row) => {
    const punchId = moved(row.punchId);
    if (punchId === undefined) return [];
    const names = { punchId, personId: into.personId, keyId: into.keyId };
    try {
      const picture = open(from, row.sealed, context(row));
      const sealed = seal(into.dataKey, picture, context(names));
      picture.fill(0);
      return [{ ...names, sealed, takenAt: row.takenAt, expiresAt: row.expiresAt }];
    } catch (error) {
      if (error instanceof EnvelopeError) return [];
      throw error;
    }
  });
}

/** Associated data of the encryption. It keeps the former name of snapshots, which stored pictures are sealed with. */
function context({ personId, keyId, punchId }: Pick<Snapshot, 'personId' | 'keyId' | 'punchId'>): string[] {
  return ['muster/evidence', personId, keyId, punchId];
}
