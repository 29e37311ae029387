/** A real MQTT broker on a free port, and what it keeps. It forgets everything when it ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectAsync, type MqttClient } from 'mqtt';
import { generate } from 'selfsigned';
import { freePorts } from './muster-server.ts';
import { programPath } from './programs.ts';

export interface MosquittoOptions {
  /** Name → password. Left out: everybody is let in. */
  users?: Record<string, string>;
  /** Lines of an access control file. Left out: everybody may do everything. */
  acl?: string;
  /** With a certificate for `localhost` that nobody knows. */
  tls?: boolean;
}

export class Mosquitto {
  readonly url: string;
  readonly folder: string;
  readonly port: number;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string, tls: boolean) {
    this.port = port;
    this.folder = folder;
    this.url = `${tls ? 'mqtts://localhost' : 'mqtt://127.0.0.1'}:${port}`;
  }

  static async start({ users, acl, tls = false }: MosquittoOptions = {}): Promise<Mosquitto> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-mosquitto-'));
    const [port] = await freePorts(1);
    const broker = new Mosquitto(port!, folder, tls);
    // By default it gives up the rights of root, and then may not read this folder.
    const lines = [
      `listener ${port} ${tls ? 'localhost' : '127.0.0.1'}`,
      'user root',
      `allow_anonymous ${!users}`,
    ];
    if (users) {
      const file = broker.#file('users');
      await writeFile(
        file,
        Object.entries(users)
          .map(([name, password]) => `${name}:${password}\n`)
          .join(''),
      );
      await promisify(execFile)('mosquitto_passwd', ['-U', file]);
      lines.push(`password_file ${file}`);
    }
    if (acl !== undefined) {
      await writeFile(broker.#file('acl'), acl);
      lines.push(`acl_file ${broker.#file('acl')}`);
    }
    if (tls) {
      const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
        extensions: [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
        ],
      });
      await writeFile(broker.certificate, pair.cert);
      await writeFile(broker.#file('key.pem'), pair.private);
      lines.push(`certfile ${broker.certificate}`, `keyfile ${broker.#file('key.pem')}`);
    }
    await writeFile(broker.#file('mosquitto.conf'), `${lines.join('\n')}\n`);
    await broker.up();
    return broker;
  }

  /** Its certificate, PEM. */
  get certificate(): string {
    return this.#file('certificate.pem');
  }

  async up(): Promise<void> {
    const child = spawn(programPath('mosquitto'), ['-c', this.#file('mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (data: Buffer) => {
        said.push(data.toString());
        if (/ running$/m.test(said.join(''))) resolve();
      });
      child.once('exit', () => reject(new Error(`mosquitto ended:\n${said.join('')}`)));
    });
  }

  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

export interface HeardMessage {
  topic: string;
  payload: string;
  /** Kept by the broker, and told now because somebody asks anew. */
  retained: boolean;
}

/** Hears everything, as Home Assistant and whoever else is at the broker does. */
export class MqttListener {
  /** In the order of arrival. */
  readonly heard: HeardMessage[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async open(
    broker: Mosquitto,
    account: { username?: string; password?: string } = {},
  ): Promise<MqttListener> {
    const client = await connectAsync(broker.url, { ...account, reconnectPeriod: 100, protocolVersion: 5 });
    client.on('error', () => {});
    const listener = new MqttListener(client);
    client.on('message', (topic, payload, { retain }) =>
      listener.heard.push({ topic, payload: payload.toString(), retained: retain }),
    );
    await client.subscribeAsync('#', { qos: 1 });
    return listener;
  }

  /** The last that was said there; undefined where nothing was, or it was taken away. */
  last(topic: string): string | undefined {
    return this.heard.findLast((message) => message.topic === topic)?.payload || undefined;
  }

  json(topic: string): Record<string, unknown> | undefined {
    const payload = this.last(topic);
    return payload === undefined ? undefined : (JSON.parse(payload) as Record<string, unknown>);
  }

  /** Events of this type, in the order of arrival. */
  events<T>(type: string): T[] {
    return this.heard.flatMap(({ topic, payload }) =>
      topic === `muster/events/${type}` ? [JSON.parse(payload) as T] : [],
    );
  }

  /** Retained. */
  async say(topic: string, payload: string): Promise<void> {
    await this.#client.publishAsync(topic, payload, { retain: true, qos: 1 });
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}

/** What the broker keeps, as a program that connects now gets it: topic → payload. */
export async function keptBy(
  broker: Mosquitto,
  account: { username?: string; password?: string } = {},
): Promise<Map<string, string>> {
  const listener = await MqttListener.open(broker, account);
  const client = await connectAsync(broker.url, { ...account, protocolVersion: 5 });
  try {
    await client.publishAsync('test/end', '', { qos: 1 });
    while (!listener.heard.some(({ topic }) => topic === 'test/end')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return new Map(
      listener.heard.flatMap(({ topic, payload, retained }) => (retained ? [[topic, payload]] : [])),
    );
  } finally {
    await Promise.all([listener.close(), client.endAsync(true)]);
  }
}
