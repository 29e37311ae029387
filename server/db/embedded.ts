/** PostgreSQL as a child process with its files in the data folder, for installations without a database of their own. */
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
import { OperatorError } from '../operator-error.ts';
import { ProgramFailure, startProgram } from './embedded/program.ts';
import type { Program, ProgramChild } from './embedded/program.ts';

export interface EmbeddedDatabaseOptions {
  /** The database lives in `<dataDir>/postgres`, its password in `<dataDir>/postgres.password` (0600). */
  dataDir: string;
  /** Port on the loopback interface; 0 picks a free one. */
  port: number;
  log: Logger;
  /** False trades safety in a power failure for speed; only for tests. Default true. */
  durable?: boolean;
  /** Called once if the database ends without `close()`. */
  onDown?: (error: Error) => void;
}

/**
 * How long a fast shutdown may take, ms. After that, an immediate shutdown follows; the next start then recovers from the
 * write-ahead log.
 */
const STOP_TIMEOUT = 15_000;
/** Attempts to find a free port: another program may take a port between the check and the start. */
const PORT_ATTEMPTS = 3;

export class EmbeddedDatabase {
  /** Address of the database `muster`. `Database.open` creates it on first use. */
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
    // The last chance to stop the database if the process ends without close().
    this.#stopWithUs = () => child.kill('SIGINT');
    process.once('exit', this.#stopWithUs);
    void this.#ended.then(() => {
      process.off('exit', this.#stopWithUs);
      if (this.#closing !== undefined) return;
      options.log.error(
        { event: 'database.ended', code: child.exitCode, signal: child.signalCode },
        'the embedded database ended unexpectedly',
      );
      options.onDown?.(new Error('The embedded PostgreSQL ended'));
    });
  }

  /**
   * Starts the database; the first start creates it.
   *
   * @throws OperatorError if it cannot be started
   */
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
        log.info({ event: 'database.created' }, 'database files created');
      }
      await clearLeftover(cluster, await loadOwner(cluster), log);
      const { child, port } = await launch(cluster, binaries.postgres, account, { ...options, log });
      log.info({ event: 'database.started', port, pid: child.pid }, 'embedded database started');
      return new EmbeddedDatabase(child, port, password, { ...options, log });
    } catch (error) {
      throw explained(error, cluster, options.port);
    }
  }

  /** Rolls back open transactions, writes everything to disk and resolves when the process has ended. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    this.#child.kill('SIGINT');
    const immediate = setTimeout(() => this.#child.kill('SIGQUIT'), STOP_TIMEOUT);
    await this.#ended;
    clearTimeout(immediate);
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
      // A socket in the file system would need a folder that other accounts can enter.
      unix_socket_directories: '',
      lc_messages: 'C',
      log_destination: 'stderr',
      logging_collector: 'off',
      // Messages about single statements would contain names of people.
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

/**
 * Resolves when the program accepts connections.
 *
 * @throws ProgramFailure with the program's messages if it ends before that
 */
async function ready({ child, words }: Program, log: Logger): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new ProgramFailure(words())));
    child.stderr.on('data', (text: string) => {
      log.debug({ event: 'postgres.message' }, text.trim());
      if (words().includes('database system is ready to accept connections')) resolve();
    });
  });
}

/** The error as one sentence for the operator; unchanged if it is a fault of the program. */
function explained(error: unknown, cluster: string, port: number): unknown {
  if (error instanceof OperatorError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const system = { EACCES: 'Permission denied', EPERM: 'Permission denied', EROFS: 'Read-only file system' };
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new OperatorError(`${path.dirname(cluster)} is not a folder: set MUSTER_DATA_DIR to a folder.`, {
      cause: error,
    });
  }
  const words =
    error instanceof ProgramFailure
      ? message
      : code === 'ENOSPC'
        ? 'No space left on device'
        : system[code as keyof typeof system];
  if (words === undefined) return error;
  return new OperatorError(describeStart(words, { cluster, port }), { cause: error });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
