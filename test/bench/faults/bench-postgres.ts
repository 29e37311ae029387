/** A PostgreSQL that may be stopped, frozen and killed, and that is started again as a service manager would. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Database } from '../../../server/db/database.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded.ts';

const log = pino({ level: 'silent' });
/** It starts again within this time, ms: what it left behind may hold it up, and a disk may still be full. */
const PATIENCE = 60_000;

export class BenchPostgres {
  readonly url: string;
  readonly #dataDir: string;
  readonly #port: number;
  #running: EmbeddedDatabase | null;
  #starting: Promise<void> | null = null;
  #wanted = true;

  static async start(dataDir: string): Promise<BenchPostgres> {
    const postgres: BenchPostgres[] = [];
    const first = await EmbeddedDatabase.start({ dataDir, port: 0, log, onDown: () => postgres[0]?.ended() });
    postgres.push(new BenchPostgres(dataDir, first));
    return postgres[0]!;
  }

  private constructor(dataDir: string, first: EmbeddedDatabase) {
    this.#dataDir = dataDir;
    this.#running = first;
    this.#port = first.port;
    this.url = first.url;
  }

  /** Of the postmaster. */
  get pid(): number {
    return Number(
      readFileSync(path.join(this.#dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
  }

  /** Kills the postmaster, and starts it again after so many ms. */
  async kill(away: number): Promise<void> {
    this.#wanted = false;
    process.kill(this.pid, 'SIGKILL');
    await sleep(away);
    this.#wanted = true;
    await this.#start();
  }

  /** It has ended by itself. */
  ended(): void {
    this.#running = null;
    if (this.#wanted) void this.#start();
  }

  /** Runs statements as an operator, on a connection of its own. It tries for a while, because the database may be away. */
  async asOperator<T>(work: (database: Database) => Promise<T>, url = this.url): Promise<T> {
    for (const until = performance.now() + PATIENCE; ;) {
      try {
        const database = await Database.open({ url, log, migrate: false });
        try {
          return await work(database);
        } finally {
          await database.close();
        }
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(300);
      }
    }
  }

  /** Process ids of the server's connections. */
  async backends(): Promise<number[]> {
    const rows = await this.asOperator((database) =>
      database.fork().execute<{ pid: number }[]>(
        `select pid from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and application_name = 'muster'`,
      ),
    );
    return rows.map(({ pid }) => pid);
  }

  async close(): Promise<void> {
    this.#wanted = false;
    await this.#starting;
    await this.#running?.close();
  }

  #start(): Promise<void> {
    this.#starting ??= this.#tryToStart().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #tryToStart(): Promise<void> {
    for (const until = performance.now() + PATIENCE; this.#wanted;) {
      try {
        this.#running = await EmbeddedDatabase.start({
          dataDir: this.#dataDir,
          port: this.#port,
          log,
          onDown: () => this.ended(),
        });
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(300);
      }
    }
  }
}
