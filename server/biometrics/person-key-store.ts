/**
 * The data key of each person, in two parts: one is sealed in the database under the master key, the other is a share in
 * the key store. Opening the data key takes both. Destroying the share makes every copy of the first part worthless,
 * including the copies in backups of the database.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import type { Database, Em } from '../db/database.ts';
import { WaitingCapture } from '../db/entities/enrollment-invitation.ts';
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

/** A data key that was just made, as it is stored. */
export interface NewKey {
  keyId: string;
  masterKeyId: string;
  wrapped: Uint8Array;
}

type UseOfKey = (dataKey: Buffer, keyId: string) => void;

/** The data keys of two records that become one. A record without a key has none. */
export interface MergingKeys {
  stays: OpenedKey | null;
  goes: OpenedKey | null;
  /** Under which everything of both is sealed afterwards. */
  next: { dataKey: Buffer; keyId: string };
}

type KeyKind = 'personKey' | 'waitingCapture';

/** A data key, or an error that says why it does not open. */
export type OpenedKey = Buffer | EnvelopeError;

/** Keys to look for at the start. If the key store has none of them, it is the wrong one. */
const SAMPLE = 20;
/** Keys from before migration 0008 that get their share in one transaction. */
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

  /** Throws OperatorError where the key store has none of the shares that the database needs. */
  static async create(options: PersonKeysOptions): Promise<PersonKeyStore> {
    const personKeys = new PersonKeyStore(options);
    await personKeys.#checkStore();
    await personKeys.#shareOldKeys();
    await personKeys.#forgetMerged();
    return personKeys;
  }

  /**
   * Replaces the data key of a person (pictures sealed under the old key are deleted) and calls `use` with the new key. Call
   * it inside a transaction that has locked the row of the person, and pass `replaced` to `forget` after the commit: if
   * the old share were destroyed earlier, a failing transaction would cost the person their templates.
   */
  async replace(em: Em, personId: string, use: UseOfKey): Promise<{ replaced: string[] }> {
    const old = await em.find(PersonKey, { personId }, { fields: ['id'], disableIdentityMap: true });
    await em.nativeDelete(PersonKey, { personId });
    await em.nativeDelete(Snapshot, { personId });
    const { keyId, masterKeyId, wrapped } = await this.#create(em, 'personKey', personId, use);
    em.create(PersonKey, { personId, id: keyId, masterKeyId, wrapped, shared: true });
    return { replaced: old.map(({ id }) => id) };
  }

  /**
   * Makes one key of the keys of two records of a person, and calls `use`, which seals what is to stay under it. Nothing of
   * either is destroyed before the commit: pass what is returned to `forget`, and call `forgetAll` for the record that goes.
   * Call it inside a transaction that has locked both rows.
   *
   * @param anew whether there is to be a new key rather than that of the record that stays: copies of faces that are deleted
   *   now must not open with it
   */
  async merge(
    em: Em,
    { stays, goes, anew }: { stays: string; goes: string; anew: boolean },
    use: (keys: MergingKeys) => void,
  ): Promise<{ replaced: string[] }> {
    const rows = await em.find(PersonKey, { personId: { $in: [stays, goes] } }, { disableIdentityMap: true });
    const opened = await this.open(rows);
    const keyOf = (id: string) => opened[rows.findIndex(({ personId }) => personId === id)] ?? null;
    const old = rows.find(({ personId }) => personId === stays);
    const both = { stays: keyOf(stays), goes: keyOf(goes) };
    try {
      await em.nativeDelete(PersonKey, { personId: goes });
      if (!anew) {
        const { stays: dataKey } = both;
        if (old && Buffer.isBuffer(dataKey)) use({ ...both, next: { dataKey, keyId: old.id } });
        return { replaced: [] };
      }
      await em.nativeDelete(PersonKey, { personId: stays });
      const made = await this.#create(em, 'personKey', stays, (dataKey, keyId) =>
        use({ ...both, next: { dataKey, keyId } }),
      );
      const { keyId, masterKeyId, wrapped } = made;
      em.create(PersonKey, { personId: stays, id: keyId, masterKeyId, wrapped, shared: true });
      await em.flush();
      return { replaced: old ? [old.id] : [] };
    } finally {
      for (const key of opened) if (Buffer.isBuffer(key)) key.fill(0);
    }
  }

  /** Destroys the shares of records that became part of others, after the commit. What fails is repeated at the next start. */
  async forgetAll(personIds: readonly string[]): Promise<void> {
    for (const personId of personIds) {
      await this.#store.destroy(personId).catch((error: unknown) => {
        this.#log.error(
          { event: 'key-share.kept', personId, err: error },
          'the share of a key could not be destroyed; it is tried again at the next start',
        );
      });
    }
  }

  /**
   * A further data key of a person, for a capture that waits for a decision. The caller stores what it returns, in the same
   * transaction, and passes its id to `forget` when it is no longer needed.
   */
  createWaiting(em: Em, personId: string, use: UseOfKey): Promise<NewKey> {
    return this.#create(em, 'waitingCapture', personId, use);
  }

  /** The data key of a capture that waits. The caller clears it (`fill(0)`). */
  async openWaiting({
    personId,
    keyId,
    masterKeyId,
    wrapped,
  }: NewKey & { personId: string }): Promise<OpenedKey> {
    const [share] = await this.#store.get([{ personId, keyId }]);
    const row = { personId, id: keyId, masterKeyId, wrapped, shared: true };
    return this.#open(row, share ?? null, 'waitingCapture');
  }

  /** Destroys the key of a capture that waited, in the key store. Throws where the key store does not answer. */
  destroyWaiting({ personId, keyId }: { personId: string; keyId: string }): Promise<void> {
    return this.#store.destroy(personId, [keyId]);
  }

  async #create(em: Em, kind: KeyKind, personId: string, use: UseOfKey): Promise<NewKey> {
    const keyId = randomUUID();
    const dataKey = randomBytes(KEY_BYTES);
    const share = randomBytes(KEY_BYTES);
    try {
      use(dataKey, keyId);
      await this.#store.put({ personId, keyId }, share);
      const inner = seal(share, dataKey, shareContext(personId, keyId));
      const { masterKeyId, sealed } = await this.#keys.seal(em, kind, [personId, keyId], inner);
      return { keyId, masterKeyId, wrapped: sealed };
    } finally {
      dataKey.fill(0);
      share.fill(0);
    }
  }

  /** After the commit. A share that cannot be destroyed now is destroyed when the person is deleted. */
  async forget(personId: string, keyIds: readonly string[]): Promise<void> {
    if (keyIds.length === 0) return;
    await this.#store.destroy(personId, keyIds).catch((error: unknown) => {
      this.#log.error(
        { event: 'key-share.kept', personId, err: error },
        'the share of a replaced key could not be destroyed',
      );
    });
  }

  /**
   * Destroys all keys of a person, in the key store first: from then on no copy of the database opens what they sealed,
   * whether or not the transaction of the caller succeeds. Returns false when there were none. Throws where the key store
   * does not answer; in that case nothing has changed.
   */
  async destroy(em: Em, personId: string): Promise<boolean> {
    await this.#store.destroy(personId);
    await em.nativeDelete(Snapshot, { personId });
    await em.nativeDelete(WaitingCapture, { personId });
    return (await em.nativeDelete(PersonKey, { personId })) > 0;
  }

  /**
   * The data keys of these rows, in their order. The caller clears them (`fill(0)`). Throws where the key store or the
   * database cannot be read.
   */
  async open(rows: readonly WrappedKey[]): Promise<OpenedKey[]> {
    const shares = await this.#store.get(rows.map(({ personId, id }) => ({ personId, keyId: id })));
    return Promise.all(rows.map((row, i) => this.#open(row, shares[i]!)));
  }

  async #open(row: WrappedKey, share: Buffer | null, kind: KeyKind = 'personKey'): Promise<OpenedKey> {
    const { personId, id, masterKeyId } = row;
    try {
      if (row.shared && !share) throw new EnvelopeError('the share of its key is not in the key store');
      const inner = await this.#keys.open(kind, [personId, id], masterKeyId, row.wrapped);
      // Before migration 0008 the row held the key itself.
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
      `The key store ${this.#store.name} has none of the shares that the stored face templates need: set MUSTER_KEY_STORE to the key store that has them, or restore it from its backup; if it is lost for good, empty the tables template and person_key, and enroll everybody again.`,
    );
  }

  /** For a database from before migration 0008. A key that does not open stays as it is; it is reported when templates are opened. */
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
    if (count > 0)
      this.#log.info({ event: 'key-share.added', count }, 'data keys got their share in the key store');
  }

  /** The process may have ended between a merge and the end of the keys that it left without use. */
  async #forgetMerged(): Promise<void> {
    const merged = await this.#database
      .fork()
      .execute<{ id: string }[]>('select id from person where merged_into is not null');
    await this.forgetAll(merged.map(({ id }) => id));
  }

  async #share(em: Em, row: PersonKey): Promise<boolean> {
    const { personId, id } = row;
    const dataKey = await this.#open(row, null);
    if (dataKey instanceof EnvelopeError) return false;
    const share = randomBytes(KEY_BYTES);
    // An interrupted attempt may have left a share behind.
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
