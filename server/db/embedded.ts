/** PostgreSQL as a child of this process, its files in the data folder: for who brings no database along. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Logger } from 'pino';
import { databaseAccount } from './embedded/system-user.ts';
import type { DatabaseAccount } from './embedded/system-user.ts';
import { postgresBinaries } from './embedded/binaries.ts';
import { clusterExists, createCluster, loadOwner, loadPassword, saveOwner } from './embedded/cluster.ts';
import { describeStart } from './embedded/failure.ts';
import { clearLeftover } from './embedded/leftover.ts';
import { ProgramFailure, startProgram } from './embedded/program.ts';
import type { Program, ProgramChild } from './embedded/program.ts';

export interface EmbeddedDatabaseOptions {
  /** The database lives in `<dataDir>/postgres`, its password in `<dataDir>/postgres.password` (0600). */
  dataDir: string;
  /** On the loopback interface; 0 picks a free one. */
  port: number;
  log: Logger;
  /** `false` trades safety from power cuts for speed: for tests. Default true. */
  durable?: boolean;
  /** Called once if the database ends without `close()`. */
  onDown?: (error: Error) => void;
}

/** A fast shutdown takes this long at most before an immediate one, which the next start repairs, ms. */
const STOP_TIMEOUT = 15_000;
/** Attempts to find a free port: another program may take it between the look and the start. */
const PORT_ATTEMPTS = 3;
export class EmbeddedDatabase {
  /** Of the database `muster`, which whoever connects creates on first use. */
  readonly url: string;
  readonly port: number;
  readonly #child: ProgramChild;
  readonly #ended: Promise<unknown>;
  readonly #stopWithUs: () => void;
  #closing: Promise<void> | undefined;

  private constructor(child: ProgramChild, port: number, password: string, options: EmbeddedDatabaseOptions) {
    this.#child = child;
    this.port = port;
    this.url = `postgresql://postgres:${password}@127.0.0.1:${port}/muster`;
    this.#ended =
      child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
    // The last chance where the process ends without close().
    this.#stopWithUs = () => child.kill('SIGINT');
    process.once('exit', this.#stopWithUs);
    void this.#ended.then(() => {
      process.off('exit', this.#stopWithUs);
      if (this.#closing !== undefined) return;
      options.log.error({ code: child.exitCode, signal: child.signalCode }, 'the embedded database ended');
      options.onDown?.(new Error('The embedded PostgreSQL ended'));
    });
  }

  /** Creates the database on the first start. Throws one Error of one sentence when it cannot be had. */
  static async start(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const log = options.log.child({ part: 'embedded-database' });
    const cluster = path.resolve(options.dataDir, 'postgres');
    try {
      const binaries = await postgresBinaries();
      await mkdir(options.dataDir, { recursive: true });
      const account = await databaseAccount([path.dirname(cluster), path.dirname(binaries.postgres)]);
      const password = await loadPassword(cluster);
      if (!(await clusterExists(cluster))) {
        const { initdb } = binaries;
        await createCluster(password, { cluster, initdb, account, durable: options.durable !== false });
        log.info('database files created');
      }
      await clearLeftover(cluster, await loadOwner(cluster), log);
      const { child, port } = await launch(cluster, binaries.postgres, account, { ...options, log });
      log.info({ port, pid: child.pid }, 'embedded database ready');
      return new EmbeddedDatabase(child, port, password, { ...options, log });
    } catch (error) {
      throw inOneSentence(error, cluster, options.port);
    }
  }

  /** Rolls back what is open and writes everything down; resolves when the process is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    this.#child.kill('SIGINT');
    const impatient = setTimeout(() => this.#child.kill('SIGQUIT'), STOP_TIMEOUT);
    await this.#ended;
    clearTimeout(impatient);
  }
}

async function launch(
  cluster: string,
  postgres: string,
  account: DatabaseAccount,
  { port: wanted, log, durable }: EmbeddedDatabaseOptions,
): Promise<{ child: ProgramChild; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort() : wanted;
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      // Sockets in the file system would need a folder that other accounts may enter.
      unix_socket_directories: '',
      lc_messages: 'C',
      log_destination: 'stderr',
      logging_collector: 'off',
      // Its messages about statements would quote what people are called.
      log_min_messages: 'log',
      log_error_verbosity: 'terse',
      ...(durable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    };
    const program = startProgram(account, postgres, [
      '-D',
      cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    try {
      await ready(program, log);
      await saveOwner(cluster);
      return { child: program.child, port };
    } catch (error) {
      const taken = error instanceof ProgramFailure && /could not bind/i.test(error.message);
      if (!taken || wanted !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Resolves when it takes connections. Throws ProgramFailure with its words when it ends before. */
async function ready({ child, words }: Program, log: Logger): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new ProgramFailure(words())));
    child.stderr.on('data', (text: string) => {
      log.debug({ words: text.trim() }, 'postgres');
      if (words().includes('database system is ready to accept connections')) resolve();
    });
  });
}

function inOneSentence(error: unknown, cluster: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const system = { EACCES: 'Permission denied', EPERM: 'Permission denied', EROFS: 'Read-only file system' };
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new Error(`${path.dirname(cluster)} is not a folder: set MUSTER_DATA_DIR to one`, {
      cause: error,
    });
  }
  const words =
    error instanceof ProgramFailure
      ? message
      : code === 'ENOSPC'
        ? 'No space left on device'
        : system[code as keyof typeof system];
  if (words === undefined) return error instanceof Error ? error : new Error(String(error));
  return new Error(describeStart(words, { cluster, port }), { cause: error });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
