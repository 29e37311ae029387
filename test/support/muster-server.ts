/** The whole product as a user starts it: `server/main.ts` in a process of its own, on a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface MusterServerOptions {
  databaseUrl: string;
  /** Additional variables of config/config.ts. A test of liveness adds `DEFAULT_CHALLENGE`, or the rule that it is about. */
  env?: Record<string, string>;
}

/** Asks for movements as a server does that nobody has set otherwise. */
export const DEFAULT_CHALLENGE = { MUSTER_CHALLENGE: '' };

export class MusterServer {
  readonly url: string;
  readonly dataDir: string;
  /** The server prints it until the first account exists. */
  setupToken = '';
  /** The server's own output, newest last, for a failing test to show. */
  readonly output: string[] = [];
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  private constructor(url: string, dataDir: string, env: Record<string, string>) {
    this.url = url;
    this.dataDir = dataDir;
    this.#env = env;
  }

  static async start({ databaseUrl, env = {} }: MusterServerOptions): Promise<MusterServer> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-test-'));
    const [http, https, media] = await freePorts(3);
    const server = new MusterServer(`http://localhost:${http}`, dataDir, {
      MUSTER_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      MUSTER_HTTP_PORT: String(http),
      MUSTER_HTTPS_PORT: String(https),
      MUSTER_MEDIA_PORT: String(media),
      MUSTER_MEDIA_WORKERS: '1',
      MUSTER_MEDIA_LISTEN: '127.0.0.1',
      MUSTER_LOG_LEVEL: 'info',
      // The people in clips and photographs cannot do what a station asks for: most of them would never be let in.
      MUSTER_CHALLENGE: 'never',
      ...env,
    });
    await server.up();
    return server;
  }

  /** The variables that this server was started with. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  /** The first port on which the server receives media. */
  get mediaPort(): number {
    return Number(this.#env['MUSTER_MEDIA_PORT']);
  }

  /** Where a proxy reaches it. */
  get httpsAddress(): string {
    return `127.0.0.1:${this.#env['MUSTER_HTTPS_PORT']}`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server is not running');
    return pid;
  }

  /** Starts the process on the same ports and data, and resolves once it has printed that it is ready. */
  async up(): Promise<void> {
    const child = spawn(process.execPath, ['server/main.ts'], {
      cwd: ROOT,
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    const take = (line: string) => {
      this.output.push(line);
      if (this.output.length > 2_000) this.output.shift();
      this.setupToken = /token\s+(\S+)\s*$/.exec(line)?.[1] ?? this.setupToken;
      if (line.startsWith('Muster is ready')) ready.resolve();
    };
    createInterface(child.stdout).on('line', take);
    createInterface(child.stderr).on('line', take);
    child.once('exit', (code, signal) => {
      ready.reject(
        new Error(
          `the server ended (${code ?? signal}) before it was ready:\n${this.output.slice(-40).join('\n')}`,
        ),
      );
    });
    await ready.promise;
  }

  /** Ends the process in the way of an operator (SIGTERM) or of a crash (SIGKILL). */
  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      server.close();
      await once(server, 'close');
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
}
