import net from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const open: { close(): Promise<unknown> }[] = [];
let own: TestDatabase | undefined;

async function newDatabase(): Promise<string> {
  own = await createTestDatabase();
  return own.url;
}

async function connect(url: string, patience?: number): Promise<Database> {
  const database = await Database.open({ url, log, patience });
  open.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.close()));
  await own?.drop();
  own = undefined;
});

describe('opening the database', () => {
  it('an empty database is migrated to the schema of the entities, and a second start finds nothing to do', async () => {
    const url = await newDatabase();
    const database = await connect(url);
    expect(await database.healthy()).toBe(true);
    const difference = (await database.orm.schema.getUpdateSchemaSQL({ wrap: false }))
      .split('\n')
      .filter((line) => line.trim() !== '')
      // Only migrations create these: checks, the index on lower(number), triggers, collations, and the table that only triggers write.
      .filter(
        (line) =>
          !/^alter table "\w+" drop constraint "\w+";$|^drop (trigger|function|index) |"hours_change"/.test(
            line,
          ),
      );
    expect(difference).toEqual([]);

    const again = await connect(url);
    const [{ count }] = await again
      .fork()
      .execute<[{ count: number }]>('select count(*)::int count from mikro_orm_migrations');
    expect(count).toBe(migrations.length);
  });

  it('a missing database is created, even when several servers start at once', async () => {
    const url = new URL(await newDatabase());
    const name = `${url.pathname.slice(1)}_new`;
    url.pathname = `/${name}`;
    const [first] = await Promise.all([connect(url.href), connect(url.href), connect(url.href)]);
    const rows = await first.fork().execute('select 1 from mikro_orm_migrations');
    expect(rows).toHaveLength(migrations.length);

    await Promise.all(open.splice(0).map((part) => part.close()));
    const parent = await connect(own!.url);
    await parent.fork().execute(`drop database ${name} with (force)`);
  });

  it('opening waits for a PostgreSQL that is still starting', async () => {
    const target = new URL(await newDatabase());
    const { hostname, port } = target;
    // A port that answers only from the second attempt on.
    const connections: net.Socket[] = [];
    let attempts = 0;
    const relay = net.createServer((client) => {
      attempts += 1;
      connections.push(client);
      client.on('error', () => {});
      if (attempts === 1) {
        client.resetAndDestroy();
        return;
      }
      const upstream = net.connect(Number(port), hostname);
      connections.push(upstream);
      upstream.on('error', () => {});
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => {
      relay.listen(0, '127.0.0.1', resolve);
    });
    target.hostname = '127.0.0.1';
    target.port = String((relay.address() as net.AddressInfo).port);
    const database = await connect(target.href, 20_000);
    expect(await database.healthy()).toBe(true);
    expect(attempts).toBeGreaterThan(1);
    await database.close();
    for (const socket of connections) socket.destroy();
    relay.close();
  });

  it.each([
    [
      'nobody there',
      'postgres://muster:secret@127.0.0.1:1/muster',
      /^There is no PostgreSQL at 127\.0\.0\.1:1\/muster/,
    ],
    ['no address at all', 'nonsense', /^The database at the address in DATABASE_URL/],
  ])(
    'a database that cannot be opened is reported in one sentence, without the password: %s',
    async (_, url, sentence) => {
      const failure = await Database.open({ url, log, patience: 0 }).catch((error: Error) => error.message);
      expect(failure).toMatch(sentence);
      expect(failure).not.toContain('secret');
      expect(failure).not.toContain('\n');
    },
  );

  it('opening with a wrong password says so', async () => {
    const url = new URL(await newDatabase());
    url.password = 'not-this-one';
    await expect(Database.open({ url: url.href, log })).rejects.toThrow(/rejects this user or password/);
  });

  it('the database works again after its connections were cut', async () => {
    const database = await connect(await newDatabase());
    const other = await connect(own!.url);
    await Promise.all([1, 2, 3].map(() => database.fork().execute('select pg_sleep(0.01)')));
    await other
      .fork()
      .execute(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    await expect.poll(() => database.healthy()).toBe(true);
    expect(await database.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('closing the database twice is harmless, and a closed database is not healthy', async () => {
    const database = await connect(await newDatabase());
    await Promise.all([database.close(), database.close()]);
    expect(await database.healthy()).toBe(false);
  });
});

/** Cuts the connection of a client of the pool. */
function cut(client: { connection: { stream: net.Socket } }): void {
  client.connection.stream.destroy();
}

describe('transactions', () => {
  it('a transaction that throws undoes everything', async () => {
    const database = await connect(await newDatabase());
    await expect(
      database.transaction(async (em) => {
        await em.execute(
          `insert into account (id, username, name, password_hash, created_at)
           values (gen_random_uuid(), 'x', 'x', 'x', now())`,
        );
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await database.fork().execute('select 1 from account')).toEqual([]);
  });

  // More than the pool has places.
  const MANY = 12;

  it('a transaction whose connection ends frees its place in the pool, and the pool still closes', async () => {
    const database = await connect(await newDatabase());
    for (let i = 0; i < MANY; i += 1) {
      const failed = database.transaction((em) =>
        em.execute('select pg_terminate_backend(pg_backend_pid())'),
      );
      await expect(failed).rejects.toThrow(/terminat/i);
    }
    expect(await database.transaction((em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
    await database.close();
  }, 20_000);

  it('a transaction whose commit fails frees its place in the pool', async () => {
    const database = await connect(await newDatabase());
    await database.fork().execute('create table once (n int unique deferrable initially deferred)');
    for (let i = 0; i < MANY; i += 1) {
      const failed = database.transaction((em) => em.execute('insert into once values (1), (1)'));
      await expect(failed).rejects.toThrow(/once_n_key/);
    }
    expect(await database.transaction((em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
    await database.close();
  }, 20_000);

  it('a transaction that cannot begin frees its place in the pool', async () => {
    const database = await connect(await newDatabase());
    const pool = await database.orm.em.getConnection().getNativeClient();
    pool.on('acquire', cut);
    for (let i = 0; i < MANY; i += 1) {
      await expect(database.transaction(async () => {})).rejects.toThrow(/terminated/);
    }
    pool.off('acquire', cut);
    expect(await database.transaction((em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
    await database.close();
  }, 20_000);

  it('a pool that is lost although the database answers is reported once', async () => {
    const faults: Error[] = [];
    const url = await newDatabase();
    const database = await Database.open({
      url,
      log,
      onLost: (error) => faults.push(error),
      watch: { interval: 20, patience: 300, looks: 3 },
    });
    // What a leak does: every place of the pool is taken for good.
    const pool = await database.orm.em.getConnection().getNativeClient();
    const taken = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
    await expect.poll(() => faults.length, { timeout: 15_000 }).toBe(1);
    for (const client of taken) client.release();
    await database.close();
  }, 30_000);
});
