/** A real message broker on a free port, with the users that a test wants. It can be ended and started again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { type BrokerUser, userLines } from '../../server/broker/permissions.ts';
import { generate } from 'selfsigned';
import { programPath } from './programs.ts';

export interface NatsServerOptions {
  /** Only by TLS, with a certificate of its own: `caFile`. */
  tls?: boolean;
}

export class NatsServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string, tls: boolean) {
    this.#port = port;
    this.#folder = folder;
    this.url = `${tls ? 'tls' : 'nats'}://127.0.0.1:${port}`;
  }

  /** @param users for each name its entry, by its public key; the seed lies in the file `seedFile(name)` */
  static async start(
    users: Record<string, (key: string) => BrokerUser>,
    { tls = false }: NatsServerOptions = {},
  ): Promise<NatsServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-nats-'));
    const nats = new NatsServer(await freePort(), folder, tls);
    if (tls) await nats.#makeCertificate();
    const lines: string[] = [];
    for (const [name, user] of Object.entries(users)) {
      const pair = createUser();
      await writeFile(nats.seedFile(name), Buffer.from(pair.getSeed()), { mode: 0o600 });
      lines.push(userLines(user(pair.getPublicKey())));
    }
    await writeFile(
      nats.#config,
      `listen: "127.0.0.1:${nats.#port}"
${tls ? `tls { cert_file: "${nats.caFile}", key_file: "${nats.#keyFile}" }` : ''}
jetstream { store_dir: ${JSON.stringify(path.join(folder, 'jetstream'))} }
authorization { users: [
  ${lines.join('\n  ')}
] }
`,
    );
    await nats.up();
    return nats;
  }

  seedFile(name: string): string {
    return path.join(this.#folder, `${name}.seed`);
  }

  /** PEM: what trusts the certificate of this broker. */
  get caFile(): string {
    return path.join(this.#folder, 'certificate.pem');
  }

  get #keyFile(): string {
    return path.join(this.#folder, 'key.pem');
  }

  async #makeCertificate(): Promise<void> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'broker' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    await writeFile(this.caFile, cert);
    await writeFile(this.#keyFile, key, { mode: 0o600 });
  }

  get #config(): string {
    return path.join(this.#folder, 'nats.conf');
  }

  async up(): Promise<void> {
    const child = spawn(programPath('nats-server'), ['-c', this.#config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (data: Buffer) => {
        said.push(data.toString());
        if (said.join('').includes('Server is ready')) resolve();
      });
      child.once('exit', () => reject(new Error(`nats-server ended:\n${said.join('')}`)));
    });
  }

  async down(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
