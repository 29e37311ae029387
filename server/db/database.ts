/** The one way to PostgreSQL: opened once, migrated under a lock, forked per operation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { entities } from './entities/index.ts';
import { migrations } from './migrations/index.ts';
import { describeFailure, isPassing } from './failure.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name. The database is created where the user may. */
  url: string;
  log: Logger;
  /** How long a database that is still starting is waited for, ms. */
  patience?: number;
  /** False: what is in it is the caller's own affair. Default true. */
  migrate?: boolean;
}

/** Serializes migrations of several servers that start at once on one database. */
const MIGRATION_LOCK = 0x6d75_7374; // 'must'
/** Longest any statement may take, ms: a stuck query must not hold a connection for ever. */
const STATEMENT_TIMEOUT = 30_000;
/** Longest wait for a free connection, ms. */
const CONNECT_TIMEOUT = 5_000;
const CONNECTIONS = 10;
/** An unused connection is kept this long, ms: the next person at the door should not wait for a new one. */
const IDLE_TIMEOUT = 300_000;
const RETRY_EVERY = 500;

export type Em = SqlEntityManager;

export class Database {
  readonly orm: MikroORM;
  #closing: Promise<void> | undefined;

  private constructor(orm: MikroORM) {
    this.orm = orm;
  }

  /** Throws one Error of one sentence when the database cannot be used. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const log = options.log.child({ part: 'database' });
    try {
      const database = await Database.#reach(options, log);
      try {
        if (options.migrate !== false) await database.#migrate(log);
        return database;
      } catch (error) {
        await database.close();
        throw error;
      }
    } catch (error) {
      throw new Error(describeFailure(options.url, error), { cause: error });
    }
  }

  /** A fresh unit of work: entities of one operation never leak into another. */
  fork(): Em {
    // Inside a transaction of another database, the ORM would otherwise take that one's connection.
    return this.orm.em.fork({ disableContextResolution: true });
  }

  /** Runs `work` in one transaction on a fresh unit of work; everything is undone if it throws. */
  async transaction<T>(work: (em: Em) => Promise<T>): Promise<T> {
    return this.fork().transactional((em) => work(em));
  }

  async healthy(): Promise<boolean> {
    return this.#closing === undefined && (await this.orm.isConnected());
  }

  close(): Promise<void> {
    this.#closing ??= this.orm.close(true);
    return this.#closing;
  }

  static async #reach({ url, patience = 30_000 }: DatabaseOptions, log: Logger): Promise<Database> {
    const until = Date.now() + patience;
    for (let attempt = 1; ; attempt++) {
      // A new pool each time: a failed attempt to create the database leaves the old one elsewhere.
      const database = new Database(await connect(url, log));
      try {
        await database.orm.schema.ensureDatabase();
        await database.fork().execute('select 1');
        return database;
      } catch (error) {
        await database.close();
        if (!isPassing(error) || Date.now() >= until) throw error;
        if (attempt === 1) log.info({ patience }, 'waiting for the database');
        await sleep(RETRY_EVERY);
      }
    }
  }

  async #migrate(log: Logger): Promise<void> {
    const done = await this.transaction(async (em) => {
      await em.execute('set local statement_timeout = 0');
      await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      return this.orm.migrator.up({ transaction: em.getTransactionContext() });
    });
    for (const { name } of done) log.info({ migration: name }, 'migration applied');
  }
}

async function connect(url: string, log: Logger): Promise<MikroORM> {
  const orm = await MikroORM.init({
    entities,
    clientUrl: url,
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, silent: true },
    pool: { min: 0, max: CONNECTIONS, idleTimeoutMillis: IDLE_TIMEOUT },
    driverOptions: {
      application_name: 'muster',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      statement_timeout: STATEMENT_TIMEOUT,
    },
    forceUtcTimezone: true,
    colors: false,
    logger: (message) => log.debug({ orm: message }, 'orm'),
  });
  quoteNoRows(orm);
  return orm;
}

/**
 * PostgreSQL's errors quote the row that they are about (`detail`, `where`), names and hashes included, and the ORM
 * writes that into the message: it would end up in the log.
 */
function quoteNoRows(orm: MikroORM): void {
  const driver = orm.em.getDriver();
  const convert = driver.convertException.bind(driver);
  driver.convertException = (error) => convert(Object.assign(error, { detail: undefined, where: undefined }));
}
