/** The only access to PostgreSQL: opened once, migrated under a lock, with a fresh unit of work for each operation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { ChannelListener } from './channel-listener.ts';
import { entities } from './entities/index.ts';
import { migrations } from './migrations/index.ts';
import { describeFailure, isProgramFault, isTemporary } from './failure.ts';
import { guardPool } from './pool-guard.ts';
import { PoolWatchdog, type PoolWatchdogOptions } from './pool-watchdog.ts';
import type { PoolFigures } from '../metrics/store-metrics.ts';
import { OperatorError } from '../operator-error.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name. A missing database is created if the user has the right to. */
  url: string;
  log: Logger;
  /** How long to wait for a database that is still starting, ms. Default 30,000. */
  patience?: number;
  /** False if the caller takes care of the tables itself. Default true. */
  migrate?: boolean;
  /** Called where the pool of connections is lost although the database answers: see `PoolWatchdog`. */
  onLost?: (error: Error) => void;
  /** Of the watchdog; shorter in tests. */
  watch?: PoolWatchdogOptions['limits'];
}

/** Lets only one of several servers that start at once migrate their common database. */
const MIGRATION_LOCK = 0x6d75_7374; // 'must'
/** The longest a statement may take, ms: a stuck query must not hold a connection forever. */
const STATEMENT_TIMEOUT = 30_000;
/** The longest wait for a free connection, ms. */
const CONNECT_TIMEOUT = 5_000;
/** One of them listens: see `listen`. */
const CONNECTIONS = 11;
/** How long an unused connection is kept, ms: the next person at the door should not have to wait for a new one. */
const IDLE_TIMEOUT = 300_000;
/** Pause between two attempts to reach a database that is still starting, ms. */
const RETRY_INTERVAL = 500;

/** What is known of the state of the database is as old as this at most, ms. */
const STATE_KEPT = 1_000;
/** A database that has not said its state after this long is away, ms. */
const STATE_LIMIT = 3_000;

export type Em = SqlEntityManager;

export type DatabaseState = 'writable' | 'read-only' | 'away';

/** As much of the pool of `pg` as is looked at. */
interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

const pools = new WeakMap<MikroORM, { pool?: Pool }>();

export class Database {
  readonly orm: MikroORM;
  #closing: Promise<void> | undefined;
  #watchdog: PoolWatchdog | undefined;
  readonly #listeners = new Set<ChannelListener>();
  readonly #log: Logger;
  #asked: { at: number; state: Promise<DatabaseState> } | null = null;

  private constructor(orm: MikroORM, log: Logger) {
    this.orm = orm;
    this.#log = log;
  }

  /** @throws OperatorError if the database cannot be used */
  static async open(options: DatabaseOptions): Promise<Database> {
    const log = options.log.child({ part: 'database' });
    try {
      const database = await Database.#reach(options, log);
      try {
        if (options.migrate !== false) await database.#migrate(log);
        if (options.onLost) database.#watchOver(options, options.onLost);
        return database;
      } catch (error) {
        await database.close();
        throw error;
      }
    } catch (error) {
      if (isProgramFault(error)) throw error;
      throw new OperatorError(describeFailure(options.url, error), { cause: error });
    }
  }

  /** A fresh unit of work, so that the entities of one operation never leak into another. */
  fork(): Em {
    // Otherwise, inside a transaction of another database, the ORM would use the connection of that transaction.
    return this.orm.em.fork({ disableContextResolution: true });
  }

  /** Runs `work` in one transaction on a fresh unit of work. If `work` throws, all its changes are undone. */
  async transaction<T>(work: (em: Em) => Promise<T>): Promise<T> {
    return this.fork().transactional((em) => work(em));
  }

  /** The pool of connections, in figures. */
  pool(): PoolFigures {
    const { pool } = pools.get(this.orm) ?? {};
    if (!pool) return { busy: 0, idle: 0, waiting: 0 };
    const { totalCount, idleCount, waitingCount } = pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  /** Whether the database answers. */
  async healthy(): Promise<boolean> {
    return (await this.state()) !== 'away';
  }

  /** Whether the database takes changes. A full disk is noticed only by a change that fails: see `troubleOf`. */
  async writable(): Promise<boolean> {
    return (await this.state()) === 'writable';
  }

  /** Asked at most once a second, whoever wants to know. Never rejects. */
  state(): Promise<DatabaseState> {
    const now = performance.now();
    if (!this.#asked || now - this.#asked.at > STATE_KEPT) this.#asked = { at: now, state: this.#ask() };
    return this.#asked.state;
  }

  /** A standby after a failover, and a database that an operator has locked, answer but take nothing. */
  async #ask(): Promise<DatabaseState> {
    if (this.#closing !== undefined) return 'away';
    const question = this.fork().execute<[{ readOnly: boolean }]>(
      `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean "readOnly"`,
    );
    try {
      const answer = await Promise.race([question, sleep(STATE_LIMIT, null, { ref: false })]);
      if (answer === null) return 'away';
      return answer[0].readOnly ? 'read-only' : 'writable';
    } catch {
      return 'away';
    } finally {
      question.catch(() => {});
    }
  }

  /**
   * Calls back when somebody notifies the channel, and each time the connection for it has come back, because what was
   * said meanwhile is lost. Never more than a hint: what it hints at must be found without it, too.
   */
  listen(channel: string, onNotified: () => void): ChannelListener {
    const listener = new ChannelListener({
      connect: async () => {
        const pool = await this.orm.em.getConnection().getNativeClient();
        return pool.connect();
      },
      channel,
      onNotified,
      log: this.#log,
    });
    this.#listeners.add(listener);
    return listener;
  }

  /** Closes all connections. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#watchdog?.close();
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
    await this.orm.close(true);
  }

  #watchOver({ url, log, watch }: DatabaseOptions, onLost: (error: Error) => void): void {
    this.#watchdog = PoolWatchdog.start({
      throughPool: () => this.fork().execute('select 1'),
      fresh: async () => {
        const orm = await connect(url, log);
        try {
          await orm.em.fork().execute('select 1');
        } finally {
          await orm.close(true);
        }
      },
      onLost,
      log: log.child({ part: 'database' }),
      ...(watch && { limits: watch }),
    });
  }

  static async #reach({ url, patience = 30_000 }: DatabaseOptions, log: Logger): Promise<Database> {
    const until = performance.now() + patience;
    for (let attempt = 1; ; attempt++) {
      // Each attempt needs a new pool: after a failed attempt to create the database, the old pool is connected to
      // another database.
      const database = new Database(await connect(url, log), log);
      try {
        await database.orm.schema.ensureDatabase();
        await database.fork().execute('select 1');
        return database;
      } catch (error) {
        await database.close();
        if (!isTemporary(error) || performance.now() >= until) throw error;
        if (attempt === 1) log.info({ event: 'database.awaited', patience }, 'waiting for the database');
        await sleep(RETRY_INTERVAL);
      }
    }
  }

  async #migrate(log: Logger): Promise<void> {
    const done = await this.transaction(async (em) => {
      await em.execute('set local statement_timeout = 0');
      await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      return this.orm.migrator.up({ transaction: em.getTransactionContext() });
    });
    for (const { name } of done)
      log.info({ event: 'migration.applied', migration: name }, 'migration applied');
  }
}

async function connect(url: string, log: Logger): Promise<MikroORM> {
  const made: { pool?: Pool } = {};
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
      onPoolCreated: (pool: Parameters<typeof guardPool>[0] & Pool) => {
        made.pool = pool;
        guardPool(pool);
      },
    },
    forceUtcTimezone: true,
    colors: false,
    logger: (message) => log.debug({ event: 'orm.message' }, message),
  });
  omitRowContents(orm);
  pools.set(orm, made);
  return orm;
}

/**
 * Removes row contents from database errors. PostgreSQL quotes the affected row in `detail` and `where`, including names
 * and hashes; the ORM copies that into the message, which would end up in the log.
 */
function omitRowContents(orm: MikroORM): void {
  const driver = orm.em.getDriver();
  const convert = driver.convertException.bind(driver);
  driver.convertException = (error) => convert(Object.assign(error, { detail: undefined, where: undefined }));
}
