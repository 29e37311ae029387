/**
 * The key store holds one share of the data key of every person, apart from the database and its backups. Opening a data
 * key takes both the master key and the share, so destroying the share destroys everything sealed under the data key, in
 * every backup of the database as well. Shares are random, written once, and only ever deleted: no rotation touches them.
 */
export interface ShareName {
  personId: string;
  keyId: string;
}

export interface KeyStore {
  /** For messages; contains no password. */
  readonly name: string;
  /** Resolves when the share would survive a power cut. */
  put(name: ShareName, share: Uint8Array): Promise<void>;
  /** In the order of the names; null where there is no share. Throws where the key store cannot be read. */
  get(names: readonly ShareName[]): Promise<(Buffer | null)[]>;
  /** Destroys these shares of a person, or all of them. Resolves when they are gone for good. A missing share is not an error. */
  destroy(personId: string, keyIds?: readonly string[]): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
