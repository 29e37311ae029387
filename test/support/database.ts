/** A database of its own for each test file, on the PostgreSQL of the test run. */
import { randomBytes } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { inject } from 'vitest';

export interface TestDatabase {
  /** URL of an empty database that no other test uses. */
  url: string;
  /** Closes the remaining connections and removes the database. */
  drop(): Promise<void>;
}

/** The database with all tables that the embedded server of a test run has. */
export const MIGRATED = 'muster_migrated';

/**
 * `DATABASE_URL_TEST` names a server to use in place of the embedded one; its user must be able to create databases.
 * @param options.migrated a copy of the one with all tables, which saves a test the time of the migrations
 */
export async function createTestDatabase({ migrated = false } = {}): Promise<TestDatabase> {
  const other = process.env['DATABASE_URL_TEST'];
  const server = other ?? (await embeddedServer());
  const name = `muster_test_${randomBytes(6).toString('hex')}`;
  const copied = migrated && other === undefined;
  await onServer(server, `create database ${name}${copied ? ` template ${MIGRATED}` : ''}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await onServer(server, `drop database if exists ${name} with (force)`);
      // The database of the key store, which a server on this database may have created.
      await onServer(server, `drop database if exists ${name}_keys with (force)`);
    },
  };
}

async function embeddedServer(): Promise<string> {
  const response = await fetch(inject('databaseServer'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Runs a statement that belongs to no database, such as one that creates one. */
export async function onServer(server: string, statement: string): Promise<void> {
  const url = new URL(server);
  url.pathname = '/postgres';
  const orm = await MikroORM.init({
    clientUrl: url.href,
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
  try {
    await orm.em.getConnection().execute(statement);
  } finally {
    await orm.close(true);
  }
}
