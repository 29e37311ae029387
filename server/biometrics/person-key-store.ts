/**
 * The data key of each person: in two parts, one sealed in the database under the master key, the other a share in
 * the key store. Both are needed to open it; destroying the share makes every copy of the first part worthless,
 * those in backups of the database included.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import type { Database, Em } from '../db/database.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { PersonKey } from '../db/entities/template.ts';
import { EnvelopeError, KEY_BYTES, open, seal } from '../crypto/envelope.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { KeyStore } from '../keys/store/shares.ts';
import { OperatorError } from '../operator-error.ts';

export interface PersonKeysOptions {
  database: Database;
  keys: KeyRing;
  store: KeyStore;
  log: Logger;
}

/** A row of person_key. */
export interface WrappedKey {
  personId: string;
  id: string;
  masterKeyId: string;
  wrapped: Uint8Array;
  shared: boolean;
}

/** Where a data key does not open: an error that says why. */
export type OpenedKey = Buffer | EnvelopeError;

/** Keys looked for at the start: were none of them there, the key store would be the wrong one. */
const SAMPLE = 20;
/** Keys from before there were shares that get one in one transaction. */
const BATCH = 100;

export class PersonKeyStore {
  readonly #database: Database;
  readonly #keys: KeyRing;
  readonly #store: KeyStore;
  readonly #log: Logger;

  private constructor({ database, keys, store, log }: PersonKeysOptions) {
    this.#database = database;
    this.#keys = keys;
    this.#store = store;
    this.#log = log.child({ part: 'person-keys' });
  }

  /** Throws one Error of one sentence where the key store has none of the shares that are wanted. */
  static async create(options: PersonKeysOptions): Promise<PersonKeyStore> {
    const personKeys = new PersonKeyStore(options);
    await personKeys.#checkStore();
    await personKeys.#shareOldKeys();
    return personKeys;
  }

  /**
   * Makes a person's new key in the place of the one they had (what else that one sealed goes with it), and lets `use` seal with it; inside a transaction of
   * the caller, who holds the person's row. What `replaced` says must be destroyed after the commit: before, a
   * transaction that fails would have cost the person their templates.
   */
  async replace(
    em: Em,
    personId: string,
    use: (dataKey: Buffer, keyId: string) => void,
  ): Promise<{ replaced: string[] }> {
    const old = await em.find(PersonKey, { personId }, { fields: ['id'], disableIdentityMap: true });
    await em.nativeDelete(PersonKey, { personId });
    await em.nativeDelete(Snapshot, { personId });
    const keyId = randomUUID();
    const dataKey = randomBytes(KEY_BYTES);
    const share = randomBytes(KEY_BYTES);
    try {
      use(dataKey, keyId);
      await this.#store.put({ personId, keyId }, share);
      const inner = seal(share, dataKey, shareContext(personId, keyId));
      const { masterKeyId, sealed } = await this.#keys.seal(em, 'personKey', [personId, keyId], inner);
      em.create(PersonKey, { personId, id: keyId, masterKeyId, wrapped: sealed, shared: true });
      return { replaced: old.map(({ id }) => id) };
    } finally {
      dataKey.fill(0);
      share.fill(0);
    }
  }

  /** After the commit of `replace`. What cannot be destroyed now is when the person is deleted. */
  async forget(personId: string, keyIds: readonly string[]): Promise<void> {
    if (keyIds.length === 0) return;
    await this.#store.destroy(personId, keyIds).catch((error: unknown) => {
      this.#log.error({ personId, err: error }, 'the share of a replaced key could not be destroyed');
    });
  }

  /**
   * Destroys all keys of a person, in the key store first: from then on no copy of the database opens what they
   * sealed, whether the caller's transaction ends well or not. False when there were none. Throws where the key store
   * does not answer; then nothing has happened.
   */
  async destroy(em: Em, personId: string): Promise<boolean> {
    await this.#store.destroy(personId);
    await em.nativeDelete(Snapshot, { personId });
    return (await em.nativeDelete(PersonKey, { personId })) > 0;
  }

  /**
   * The data keys of these rows, in their order; who gets them clears them (`fill(0)`). Throws where the key store or
   * the database cannot be read.
   */
  async open(rows: readonly WrappedKey[]): Promise<OpenedKey[]> {
    const shares = await this.#store.get(rows.map(({ personId, id }) => ({ personId, keyId: id })));
    return Promise.all(rows.map((row, i) => this.#open(row, shares[i]!)));
  }

  async #open(row: WrappedKey, share: Buffer | null): Promise<OpenedKey> {
    const { personId, id, masterKeyId } = row;
    try {
      if (row.shared && !share) throw new EnvelopeError('the share of its key is not in the key store');
      const inner = await this.#keys.open('personKey', [personId, id], masterKeyId, row.wrapped);
      // Before 0008 it was the key itself.
      return row.shared && share ? open(share, inner, shareContext(personId, id)) : inner;
    } catch (error) {
      if (error instanceof EnvelopeError) return error;
      throw error;
    } finally {
      share?.fill(0);
    }
  }

  async #checkStore(): Promise<void> {
    const rows = await this.#database
      .fork()
      .execute<{ personId: string; id: string }[]>(
        'select person_id "personId", id from person_key where shared order by random() limit ?',
        [SAMPLE],
      );
    const shares = await this.#store.get(rows.map(({ personId, id }) => ({ personId, keyId: id })));
    if (rows.length === 0 || shares.some((share) => share !== null)) return;
    throw new OperatorError(
      `The key store ${this.#store.name} has none of the shares that the stored face templates need: set MUSTER_KEY_STORE to the one that has, or bring it back from its backup; if it is lost for good, empty the tables template and person_key, and enroll everybody again.`,
    );
  }

  /** Of a database from before 0008. One that does not open stays as it is, and is found when templates are opened. */
  async #shareOldKeys(): Promise<void> {
    let after = '00000000-0000-0000-0000-000000000000';
    let count = 0;
    for (;;) {
      const done = await this.#database.transaction(async (em) => {
        const rows = await em.find(
          PersonKey,
          { shared: false, personId: { $gt: after } },
          { orderBy: { personId: 'asc' }, limit: BATCH, lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        for (const row of rows) if (await this.#share(em, row)) count += 1;
        return rows;
      });
      if (done.length < BATCH) break;
      after = done.at(-1)!.personId;
    }
    if (count > 0) this.#log.info({ count }, 'keys of people got a share in the key store');
  }

  async #share(em: Em, row: PersonKey): Promise<boolean> {
    const { personId, id } = row;
    const dataKey = await this.#open(row, null);
    if (dataKey instanceof EnvelopeError) return false;
    const share = randomBytes(KEY_BYTES);
    // One of an attempt that was cut off.
    await this.#store.destroy(personId, [id]);
    await this.#store.put({ personId, keyId: id }, share);
    const inner = seal(share, dataKey, shareContext(personId, id));
    const { masterKeyId, sealed } = await this.#keys.seal(em, 'personKey', [personId, id], inner);
    em.assign(row, { masterKeyId, wrapped: sealed, shared: true });
    dataKey.fill(0);
    return true;
  }
}

function shareContext(personId: string, keyId: string): string[] {
  return ['muster/key-share', personId, keyId];
}
