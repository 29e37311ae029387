/** Shares in a schema `muster_keys` of a PostgreSQL: for several servers. */
import type { Logger } from 'pino';
import { lockByName } from '../../db/advisory-lock.ts';
import { Database } from '../../db/database.ts';
import { describeFailure } from '../../db/failure.ts';
import type { KeyStore, ShareName } from './shares.ts';
import { OperatorError } from '../../operator-error.ts';

const SET_UP = [
  'create schema if not exists muster_keys',
  `create table if not exists muster_keys.share (
    person_id uuid not null,
    key_id uuid not null,
    share bytea not null,
    primary key (person_id, key_id)
  )`,
];

export class DatabaseKeyStore implements KeyStore {
  readonly name: string;
  readonly #database: Database;

  private constructor(name: string, database: Database) {
    this.name = name;
    this.#database = database;
  }

  /** Creates the database where the user may do that. Throws OperatorError when it cannot be used. */
  static async open({ url, log }: { url: string; log: Logger }): Promise<DatabaseKeyStore> {
    const { host, pathname } = new URL(url);
    const name = `${host}${pathname}`;
    try {
      const database = await Database.open({ url, log, migrate: false });
      try {
        await database.transaction(async (em) => {
          await lockByName(em, 'muster/key-store');
          for (const statement of SET_UP) await em.execute(statement);
        });
        return new DatabaseKeyStore(name, database);
      } catch (error) {
        await database.close();
        throw new OperatorError(describeFailure(url, error), { cause: error });
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new OperatorError(
        `The key store ${name} cannot be used: create that database for this user, or set MUSTER_KEY_STORE. ${why}`,
        { cause: error },
      );
    }
  }

  async put({ personId, keyId }: ShareName, share: Uint8Array): Promise<void> {
    await this.#database
      .fork()
      .execute('insert into muster_keys.share (person_id, key_id, share) values (?, ?, ?)', [
        personId,
        keyId,
        Buffer.from(share),
      ]);
  }

  async get(names: readonly ShareName[]): Promise<(Buffer | null)[]> {
    const rows = await this.#database
      .fork()
      .execute<{ keyId: string; share: Buffer }[]>(
        'select key_id "keyId", share from muster_keys.share where person_id = any(?::uuid[]) and key_id = any(?::uuid[])',
        [arrayOf(names.map(({ personId }) => personId)), arrayOf(names.map(({ keyId }) => keyId))],
      );
    const shares = new Map(rows.map(({ keyId, share }) => [keyId, share]));
    return names.map(({ keyId }) => shares.get(keyId) ?? null);
  }

  async destroy(personId: string, keyIds?: readonly string[]): Promise<void> {
    const em = this.#database.fork();
    if (keyIds) {
      await em.execute('delete from muster_keys.share where person_id = ? and key_id = any(?::uuid[])', [
        personId,
        arrayOf(keyIds),
      ]);
    } else await em.execute('delete from muster_keys.share where person_id = ?', [personId]);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** One parameter, not one per row. */
function arrayOf(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}
