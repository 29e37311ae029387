/**
 * While servers are upgraded one after another, the version before runs on the schema of the new one. Its statements must
 * work there: a migration only adds. What it makes superfluous is removed one release later, when nobody uses it any more.
 */
// cspell:ignore conrelid regclass constraintdef connamespace regnamespace
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, type Em } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** The last one from before the rule. */
const BEFORE = '0049-merged-roll-calls';
/** Migrations that remove what no supported version uses: their name, and since which version that is so. */
const CONTRACTS: Readonly<Record<string, string>> = {};

const added = migrations
  .map(({ name }) => name)
  .slice(migrations.findIndex(({ name }) => name === BEFORE) + 1);

const FORBIDDEN: readonly [string, RegExp][] = [
  ['renames', /\brename\b/],
  ['drops', /\bdrop\s+(table|column|default|schema|type|view)\b/],
  ['demands a value', /\bset\s+not\s+null\b/],
  ['changes a type', /\balter\s+(column\s+)?"?\w+"?\s+(set\s+data\s+)?type\b/],
  ['adds a column that needs a value', /\badd\s+column\b(?![^,;`]*\bdefault\b)[^,;`]*\bnot\s+null\b/],
  ['deletes rows', /\b(delete\s+from|truncate)\b/],
];

/** What a migration does that the version before may not survive. Tables that it makes itself are its own affair. */
function faultsOf(source: string): string[] {
  const statements = [...source.matchAll(/addSql\(\s*([`'"])([\s\S]*?)\1/g)].map(([, , sql]) =>
    sql!.toLowerCase(),
  );
  const made = new Set(statements.flatMap((sql) => /create\s+table\s+"?(\w+)/.exec(sql)?.[1] ?? []));
  const faults: string[] = [];
  for (const sql of statements) {
    const changed = /^\s*alter\s+table\s+"?(\w+)/.exec(sql)?.[1] ?? '';
    if (made.has(changed) || /^\s*create\s+table/.test(sql)) continue;
    for (const [what, pattern] of FORBIDDEN) if (pattern.test(sql)) faults.push(what);
    const indexed = /^\s*create\s+unique\s+index.*?\bon\s+"?(\w+)/s.exec(sql)?.[1];
    if (indexed !== undefined && !made.has(indexed)) faults.push('demands that values differ');
  }
  return faults;
}

describe('what a new migration may do', () => {
  it.each(added)('%s only adds', async (name) => {
    if (CONTRACTS[name] !== undefined) return;
    const file = path.resolve(import.meta.dirname, '../../server/db/migrations', `${name}.ts`);
    expect(faultsOf(await readFile(file, 'utf8'))).toEqual([]);
  });

  it.each([
    ['alter table person rename column name to label', ['renames']],
    ['alter table person drop column name', ['drops']],
    ['alter table person add column a int not null', ['adds a column that needs a value']],
    ['alter table person alter column a set not null', ['demands a value']],
    ['alter table person alter column a type bigint', ['changes a type']],
    ['create unique index one on person (name)', ['demands that values differ']],
    ['alter table person add column a int not null default 0', []],
    ['alter table person add column a int', []],
    ['create table pet (name text not null)', []],
  ])('the rule for %s', (sql, faults) => {
    expect(faultsOf(`this.addSql(\`${sql}\`)`)).toEqual(faults);
  });
});

/** Statements of the version before, as it sends them, and what they must still do. */
const OLD_WRITES = [
  `insert into device (id, name, kind, settings, paired_at) values
     ('00000000-0000-4000-8000-000000000001', 'Door', 'station', '{}', now())`,
  `insert into person (id, number, given_name, family_name, job_title, email, phone, status, created_at) values
     ('00000000-0000-4000-8000-000000000002', 'E-1', 'Ada', 'Lovelace', '', '', '', 'active', now())`,
  `insert into punch (id, person_id, at, time_zone, source, sighting_id, device_id, created_at) values
     ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', now(), 'UTC', 'sighting', 's-1',
      '00000000-0000-4000-8000-000000000001', now())`,
  `insert into audit_event (seq, at, actor_kind, actor_name, act, detail, previous, hash) values
     (1000001, now(), 'server', '', 'device.changed', '{}', '\\x00', '\\x00')`,
  `insert into sign_in_failure (subject, failures, last_at, blocked_until, forget_at) values ('name:x', 1, now(), now(), now())`,
];

interface Column {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
  filled: boolean;
}

const columnsOf = (em: Em): Promise<Column[]> =>
  em.execute(
    `select table_name "table", column_name "column", udt_name type, is_nullable = 'YES' nullable,
       column_default is not null or is_identity = 'YES' filled
     from information_schema.columns where table_schema = 'public' order by 1, 2`,
  );
const constraintsOf = async (em: Em): Promise<string[]> => {
  const rows = await em.execute<{ text: string }[]>(
    `select conrelid::regclass || ': ' || pg_get_constraintdef(oid) text from pg_constraint
     where connamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ text }) => text);
};

describe('the schema of the version before and that of this one', () => {
  let own: TestDatabase;
  let database: Database;
  let columns: Column[];
  let constraints: string[];
  beforeAll(async () => {
    own = await createTestDatabase();
    database = await Database.open({ url: own.url, log: pino({ level: 'silent' }), migrate: false });
    await database.orm.migrator.up({ to: BEFORE });
    [columns, constraints] = [await columnsOf(database.fork()), await constraintsOf(database.fork())];
    // They are what the version before does: they work on its own schema.
    await undone(OLD_WRITES);
    await database.orm.migrator.up();
  });
  afterAll(async () => {
    await database.close();
    await own.drop();
  });

  async function undone(statements: readonly string[]): Promise<void> {
    const over = new Error('undone');
    await database
      .transaction(async (em) => {
        for (const statement of statements) await em.execute(statement);
        throw over;
      })
      .catch((error: unknown) => {
        if (error !== over) throw error;
      });
  }

  it('the version before can write what it wrote on the schema of this one', async () => {
    await expect(undone(OLD_WRITES)).resolves.toBeUndefined();
  });

  it('every column of before is still there, and demands no more than before', async () => {
    const now = new Map((await columnsOf(database.fork())).map((one) => [`${one.table}.${one.column}`, one]));
    for (const { table, column, type, nullable } of columns) {
      const same = now.get(`${table}.${column}`);
      expect(same, `${table}.${column}`).toMatchObject({ type, nullable: nullable || same?.nullable });
    }
  });

  it('a column that was added to a table of before needs no value from who does not know it', async () => {
    const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));
    const tables = new Set(columns.map(({ table }) => table));
    const needed = (await columnsOf(database.fork())).filter(
      ({ table, column, nullable, filled }) =>
        tables.has(table) && !known.has(`${table}.${column}`) && !nullable && !filled,
    );
    expect(needed).toEqual([]);
  });

  it('no constraint was added to a table of before', async () => {
    const tables = new Set(columns.map(({ table }) => table));
    const more = (await constraintsOf(database.fork())).filter(
      (text) => !constraints.includes(text) && tables.has(text.slice(0, text.indexOf(':'))),
    );
    // A reference from a column that only this version fills concerns nobody else.
    expect(more.filter((text) => !text.includes('FOREIGN KEY'))).toEqual([]);
  });
});
