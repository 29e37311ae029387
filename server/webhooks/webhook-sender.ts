/**
 * Delivers events to their receivers. A try is one transaction: it locks the delivery, sends, and writes what became of it.
 * Where the server, the database or the receiver ends in the middle, nothing is written, and the event is sent again with
 * the same id: at least once, never lost.
 */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import type { Database, Em } from '../db/database.ts';
import { renderEvents, type SequencedEvent } from '../events/render-events.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { DeliveryOutcome, WebhookTestView } from '../protocol/webhooks.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import { signatureHeaders } from './signature.ts';
import { callWebhook } from './webhook-call.ts';
import { type DueDelivery, fanOut, nextDue, passOver, settle } from './webhook-queue.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export interface WebhookSenderOptions {
  database: Database;
  outbox: Pick<Outbox, 'on' | 'off'>;
  secrets: WebhookSecrets;
  allowed: AllowedAddresses;
  log: Logger;
  /** Time between two looks for what is due, ms. */
  period?: number;
}

interface SenderEvents {
  /** A try has ended, and it is written down. */
  'webhook.tried': [outcome: DeliveryOutcome];
}

const PERIOD = 1_000;
/** Receivers that one server sends to at once. Each keeps a connection to the database, of which there are ten. */
const LANES = 3;

export class WebhookSender extends GuardedEmitter<SenderEvents> {
  readonly #options: WebhookSenderOptions;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  readonly #wake = () => this.wake();
  readonly #lanes = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  /** Something may have come since the last look. */
  #asked = false;
  #failing = false;

  constructor(options: WebhookSenderOptions) {
    const log = options.log.child({ part: 'webhooks' });
    super(log);
    this.#options = options;
    this.#log = log;
  }

  /** From now on events are delivered. */
  start(): void {
    this.#options.outbox.on('events.sequenced', this.#wake);
    this.#timer = setInterval(this.#wake, this.#options.period ?? PERIOD).unref();
    this.wake();
  }

  /** Looks for what is due. */
  wake(): void {
    this.#asked = true;
    if (this.#lanes.size === 0) this.#open();
  }

  /** Ends calls that are under way: their events are sent again. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#options.outbox.off('events.sequenced', this.#wake);
    if (this.#timer) clearInterval(this.#timer);
    while (this.#lanes.size > 0) await Promise.all(this.#lanes);
  }

  #open(): void {
    if (this.#closing.signal.aborted || this.#lanes.size >= LANES) return;
    const lane = this.#run().finally(() => {
      this.#lanes.delete(lane);
      if (this.#asked && this.#lanes.size === 0) this.#open();
    });
    this.#lanes.add(lane);
  }

  async #run(): Promise<void> {
    const { database } = this.#options;
    try {
      for (let more = true; more && !this.#closing.signal.aborted;) {
        this.#asked = false;
        await fanOut(database.fork());
        more = await this.#next();
      }
      this.#failing = false;
    } catch (error) {
      this.#asked = false;
      if (this.#closing.signal.aborted) return;
      // Logged once per outage of the database. What waits is there when it is back.
      if (!this.#failing) this.#log.warn({ event: 'webhooks.failed', err: error }, 'webhooks wait');
      this.#failing = true;
    }
  }

  /** Delivers what is due first. False where nothing is. */
  async #next(): Promise<boolean> {
    const done = await this.#options.database.transaction(async (em) => {
      const due = await nextDue(em);
      if (!due) return null;
      // Another receiver may have something too.
      this.#open();
      return { due, outcome: await this.#deliver(em, due) };
    });
    if (!done) return false;
    const { due, outcome } = done;
    if (outcome === null) return true;
    const { id: deliveryId, endpointId: webhookId } = due;
    const line = { event: 'webhook.tried', webhookId, deliveryId, outcome, failures: due.failures };
    if (outcome === 'delivered') this.#log.debug(line, 'webhook delivered');
    else this.#log.warn(line, 'a webhook was not delivered');
    this.emitGuarded('webhook.tried', outcome);
    return true;
  }

  /** Null where there is nothing left to tell. */
  async #deliver(em: Em, due: DueDelivery): Promise<DeliveryOutcome | null> {
    const { event, endpointId } = due;
    const sequenced = {
      ...event,
      sequence: Number(event.sequence),
      at: new Date(event.at),
    } as SequencedEvent;
    const [rendered] = await renderEvents(em, [sequenced]);
    if (!rendered) {
      await passOver(em, due);
      return null;
    }
    const result = await this.#send(em, due, rendered.id, JSON.stringify(rendered));
    // A call that was cut short says nothing about the receiver: as if it had not been made.
    if (this.#closing.signal.aborted && result.status === null) throw new Error('the server ends');
    await settle(em, due, result);
    if (result.outcome === 'gone') {
      await audit(em, {
        act: 'webhook.disabled',
        object: { kind: 'webhook', id: endpointId },
        after: { why: 'gone' },
      });
    }
    return result.outcome;
  }

  async #send(em: Em, { endpointId, url }: DueDelivery, id: string, body: string): Promise<WebhookTestView> {
    const { secrets, allowed } = this.#options;
    const keys = await secrets.open(em, endpointId);
    if (keys.length === 0) return { outcome: 'no-secret', status: null, answer: null };
    const headers = signatureHeaders({ id, timestamp: Math.floor(Date.now() / 1_000), body }, keys);
    return callWebhook({ url, headers, body, allowed, signal: this.#closing.signal });
  }
}
