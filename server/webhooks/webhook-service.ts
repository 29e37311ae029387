/** Receivers of webhooks, as owners manage them, and the history of what they were told. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { audit, type AuditDetail } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { OutboxDelivery, WebhookEndpoint, WebhookSecret } from '../db/entities/webhook.ts';
import type { AuditAct } from '../protocol/audit-acts.ts';
import { MusterError } from '../protocol/error.ts';
import {
  type DeliveriesQuery,
  type DeliveriesView,
  type DeliveryView,
  type NewWebhook,
  WEBHOOK_LIMITS,
  type WebhookChange,
  type WebhookSecretView,
  type WebhooksView,
  type WebhookTestMessage,
  type WebhookTestView,
  type WebhookView,
} from '../protocol/webhooks.ts';
import { eventIdOf } from '../events/render-events.ts';
import { type AllowedAddresses } from './allowed-addresses.ts';
import { signatureHeaders } from './signature.ts';
import { callWebhook } from './webhook-call.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export interface WebhookServiceOptions {
  database: Database;
  secrets: WebhookSecrets;
  allowed: AllowedAddresses;
  /** `config.webhooks.allow`, to be shown. */
  allow: readonly string[];
  sender: { wake(): void };
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class WebhookService {
  readonly #options: WebhookServiceOptions;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor(options: WebhookServiceOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'webhooks' });
    this.#now = options.now ?? Date.now;
  }

  /** By name. There are few. */
  async list(): Promise<WebhooksView> {
    const em = this.#options.database.fork();
    const endpoints = await em.find(WebhookEndpoint, {}, { orderBy: { name: 'asc', id: 'asc' } });
    return {
      webhooks: await Promise.all(endpoints.map((one) => this.#view(em, one))),
      allow: [...this.#options.allow],
      next: null,
    };
  }

  /** @throws MusterError `not-found` */
  async get(id: string): Promise<WebhookView> {
    const em = this.#options.database.fork();
    return this.#view(em, await found(em, id));
  }

  /** It is told what happens from now on. Throws MusterError `rate-limited` where there are too many. */
  async create({ name, url, types }: NewWebhook, by: { accountId: string }): Promise<WebhookSecretView> {
    const at = new Date(this.#now());
    const id = randomUUID();
    const secret = await this.#options.database.transaction(async (em) => {
      if ((await em.count(WebhookEndpoint)) >= WEBHOOK_LIMITS.endpoints) {
        throw new MusterError(
          'rate-limited',
          'There are too many receivers: delete those that are not used.',
        );
      }
      await em.execute(
        `insert into webhook_endpoint (id, name, url, types, created_by, created_at, fanned_to)
         select ?, ?, ?, ?::jsonb, ?, ?, sequence from outbox_head`,
        [id, name, url, JSON.stringify(types), by.accountId, at],
      );
      const made = await this.#options.secrets.replace(em, id, at);
      await record(em, 'webhook.created', id, { after: { receiver: hostOf(url), types } });
      return made;
    });
    this.#log.info({ event: 'webhook.created', webhookId: id, accountId: by.accountId }, 'webhook added');
    return { secret, webhook: await this.get(id) };
  }

  /** @throws MusterError `not-found` */
  async change(id: string, { name, url, types, enabled }: WebhookChange): Promise<WebhookView> {
    await this.#options.database.transaction(async (em) => {
      const endpoint = await found(em, id);
      const before = { receiver: hostOf(endpoint.url), types: endpoint.types };
      const isEnabled = endpoint.disabledAt === null;
      em.assign(endpoint, {
        ...(name !== undefined && { name }),
        ...(types !== undefined && { types }),
        // What failed at the former address says nothing about this one.
        ...(url !== undefined && url !== endpoint.url && { url, failures: 0, nextTryAt: null }),
        ...(enabled && { disabledAt: null, disabledWhy: null, failures: 0, nextTryAt: null }),
        ...(!enabled && isEnabled && { disabledAt: new Date(this.#now()), disabledWhy: 'by-hand' }),
      });
      await em.flush();
      const after = { receiver: hostOf(endpoint.url), types: endpoint.types };
      if (name !== undefined || JSON.stringify(before) !== JSON.stringify(after)) {
        await record(em, 'webhook.changed', id, { before, after });
      }
      if (enabled !== undefined && enabled !== isEnabled) {
        await record(em, enabled ? 'webhook.enabled' : 'webhook.disabled', id, {});
      }
    });
    this.#options.sender.wake();
    return this.get(id);
  }

  /** With what waits for it, and its history. Throws MusterError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.#options.database.transaction(async (em) => {
      const { url } = await found(em, id);
      await em.nativeDelete(WebhookEndpoint, { id });
      await record(em, 'webhook.removed', id, { before: { receiver: hostOf(url) } });
    });
    this.#log.info({ event: 'webhook.removed', webhookId: id }, 'webhook deleted');
  }

  /** The secret before signs for a day too. Throws MusterError `not-found`. */
  async rotate(id: string): Promise<WebhookSecretView> {
    const secret = await this.#options.database.transaction(async (em) => {
      await found(em, id);
      const made = await this.#options.secrets.replace(em, id, new Date(this.#now()));
      await record(em, 'webhook.secret-rotated', id, {});
      return made;
    });
    return { secret, webhook: await this.get(id) };
  }

  /** Sends a message of the type `webhook.test`, now, and says how it ended. Throws MusterError `not-found`. */
  async test(id: string): Promise<WebhookTestView> {
    const { database, secrets, allowed } = this.#options;
    const em = database.fork();
    const { url } = await found(em, id);
    const keys = await secrets.open(em, id);
    const event = eventIdOf(randomUUID());
    const at = new Date(this.#now());
    const message: WebhookTestMessage = {
      id: event,
      type: 'webhook.test',
      timestamp: at.toISOString(),
      data: {},
    };
    const body = JSON.stringify(message);
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = signatureHeaders({ id: event, timestamp, body }, keys);
    const result =
      keys.length === 0
        ? { outcome: 'no-secret' as const, status: null, answer: null }
        : await callWebhook({ url, headers, body, allowed, signal: new AbortController().signal });
    await database.transaction((trail) =>
      record(trail, 'webhook.tested', id, { after: { outcome: result.outcome, status: result.status } }),
    );
    return result;
  }

  /** Newest first. Throws MusterError `not-found`. */
  async deliveries(id: string, { state, limit, after }: DeliveriesQuery): Promise<DeliveriesView> {
    const em = this.#options.database.fork();
    await found(em, id);
    const rows = await em.execute<DeliveryRow[]>(
      `select d.id, d.state, d.tries, d.tried_at "triedAt", d.outcome, d.status, d.answer, d.sequence,
         o.key, o.type, o.at
       from outbox_delivery d join outbox_event o on o.id = d.event_id
       where d.endpoint_id = ? and (?::text is null or d.state = ?) and (?::bigint is null or d.sequence < ?::bigint)
       order by d.sequence desc limit ?`,
      [id, state ?? null, state ?? null, cursor(after), cursor(after), limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      deliveries: page.map(deliveryView),
      next: rows.length > limit ? page.at(-1)!.sequence : null,
    };
  }

  /** Tries once more, now; what waits is tried now. Throws MusterError `not-found`; `wrong-state` while the receiver is off. */
  async redeliver(deliveryId: string): Promise<void> {
    await this.#options.database.transaction(async (em) => {
      const delivery = await em.findOne(OutboxDelivery, { id: deliveryId });
      const endpoint = delivery && (await em.findOne(WebhookEndpoint, { id: delivery.endpointId }));
      if (!delivery || !endpoint) throw noDelivery();
      if (endpoint.disabledAt) {
        throw new MusterError('wrong-state', 'This receiver is switched off: switch it on first.');
      }
      if (delivery.state !== 'waiting') em.assign(delivery, { state: 'waiting', once: true });
      em.assign(endpoint, { nextTryAt: null });
      await em.flush();
      await record(em, 'webhook.redelivered', endpoint.id, { after: { event: delivery.sequence } });
    });
    this.#options.sender.wake();
  }

  /** Gives up what waits, so that later events are not held back by it. Throws MusterError `not-found`, `wrong-state`. */
  async giveUp(deliveryId: string): Promise<void> {
    await this.#options.database.transaction(async (em) => {
      const delivery = await em.findOne(OutboxDelivery, { id: deliveryId });
      if (!delivery) throw noDelivery();
      if (delivery.state !== 'waiting') throw new MusterError('wrong-state', 'This event waits no more.');
      em.assign(delivery, { state: 'given-up', once: false });
      await em.nativeUpdate(WebhookEndpoint, { id: delivery.endpointId }, { nextTryAt: null });
      await em.flush();
      await record(em, 'webhook.given-up', delivery.endpointId, { after: { event: delivery.sequence } });
    });
    this.#options.sender.wake();
  }

  async #view(em: Em, endpoint: WebhookEndpoint): Promise<WebhookView> {
    const { id, name, url, types, createdAt, disabledAt, disabledWhy, failures, triedAt } = endpoint;
    const maker = await em.findOne(Account, { id: endpoint.createdBy }, { fields: ['name'] });
    const waiting = await em.count(OutboxDelivery, { endpointId: id, state: 'waiting' });
    const former = await em.findOne(WebhookSecret, {
      endpointId: id,
      expiresAt: { $gt: new Date(this.#now()) },
    });
    return {
      id,
      name,
      url,
      types,
      createdBy: maker?.name ?? '',
      createdAt: createdAt.toISOString(),
      disabled: disabledAt ? { at: disabledAt.toISOString(), why: disabledWhy ?? 'by-hand' } : null,
      waiting,
      failures,
      triedAt: triedAt?.toISOString() ?? null,
      nextTryAt: (waiting > 0 && !disabledAt && endpoint.nextTryAt?.toISOString()) || null,
      formerSecretUntil: former?.expiresAt?.toISOString() ?? null,
    };
  }
}

interface DeliveryRow extends Pick<
  DeliveryView,
  'id' | 'state' | 'tries' | 'outcome' | 'status' | 'answer' | 'type'
> {
  triedAt: string | null;
  sequence: string;
  key: string;
  at: string;
}

function deliveryView({ key, at, triedAt, sequence, ...row }: DeliveryRow): DeliveryView {
  return {
    ...row,
    event: eventIdOf(key),
    sequence: Number(sequence),
    happenedAt: new Date(at).toISOString(),
    triedAt: triedAt === null ? null : new Date(triedAt).toISOString(),
  };
}

/** The number of the last event of the page before; null at the start. */
function cursor(after: string | undefined): number | null {
  return after !== undefined && /^\d{1,15}$/.test(after) ? Number(after) : null;
}

async function found(em: Em, id: string): Promise<WebhookEndpoint> {
  const endpoint = await em.findOne(WebhookEndpoint, { id });
  if (!endpoint) throw new MusterError('not-found', 'There is no such receiver.');
  return endpoint;
}

function noDelivery(): MusterError {
  return new MusterError('not-found', 'There is no such delivery.');
}

/** The path of an address may hold a token of the receiver. */
function hostOf(url: string): string {
  return new URL(url).host;
}

async function record(
  em: Em,
  act: AuditAct,
  id: string,
  detail: { before?: AuditDetail; after?: AuditDetail },
): Promise<void> {
  await audit(em, { act, object: { kind: 'webhook', id }, ...detail });
}
