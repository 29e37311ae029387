/** A receiver of webhooks: a real HTTP server that verifies each message with the published library. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { MusterEvent } from '#protocol/events.ts';

export interface ReceivedWebhook {
  id: string;
  event: MusterEvent;
  /** Sent with it. */
  signatures: string[];
}

type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'nothing';

const OK: Answer = { status: 204 };

export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Messages that no secret verified. */
  unverified = 0;
  /** Any of them verifies. */
  secrets: string[] = [];
  /** What it answers to the next ones, in order; after that, 204. */
  answers: Answer[] = [];
  #server = http.createServer();
  #port = 0;
  #changed = Promise.withResolvers<void>();

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.up();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** On the same port as before. */
  async up(): Promise<void> {
    this.#server = http.createServer((req, res) => void this.#take(req, res));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Connections are refused from now on; those that are open end. */
  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Resolves once so many messages have come. */
  async has(count: number): Promise<void> {
    while (this.received.length < count) await this.#changed.promise;
  }

  async #take(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of req as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString('utf8');
    const headers = req.headers as Record<string, string>;
    const event = this.secrets.map((secret) => verified(secret, body, headers)).find((one) => one !== null);
    if (!event) this.unverified += 1;
    else {
      const signatures = (headers['webhook-signature'] ?? '').split(' ');
      this.received.push({ id: headers['webhook-id'] ?? '', event, signatures });
    }
    const answer = this.answers.shift() ?? OK;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    if (answer !== 'nothing') res.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

function verified(secret: string, body: string, headers: Record<string, string>): MusterEvent | null {
  try {
    return new Webhook(secret).verify(body, headers) as MusterEvent;
  } catch {
    return null;
  }
}
