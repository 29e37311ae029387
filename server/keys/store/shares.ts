/**
 * The key store: of every person's data key one share, apart from the database and its backups. A data key opens with
 * the master key and its share together, so whoever destroys the share has destroyed what the key sealed, in every
 * backup of the database as well. Shares are random, written once and only ever deleted: no rotation touches them.
 */
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
