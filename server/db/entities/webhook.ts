import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EventType } from '../../protocol/events.ts';
import type { DeliveryOutcome, DeliveryState, WebhookView } from '../../protocol/webhooks.ts';
import { Account } from './account.ts';
import { OutboxEvent } from './outbox.ts';

/** A receiver of events. */
export const WebhookEndpoint = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    url: p.text(),
    types: p.json<EventType[]>(),
    createdBy: p.manyToOne(Account).mapToPk().joinColumn('created_by').deleteRule('restrict'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** Nothing is sent; what happens waits. */
    disabledAt: p.datetime(3).nullable(),
    disabledWhy: p.text().$type<NonNullable<WebhookView['disabled']>['why']>().nullable(),
    /** The number of the last event for which there are deliveries. */
    fannedTo: p.bigint('number'),
    /** In a row. */
    failures: p.integer().default(0),
    /** Null: at once. */
    nextTryAt: p.datetime(3).nullable(),
    triedAt: p.datetime(3).nullable(),
  },
});
export type WebhookEndpoint = InferEntity<typeof WebhookEndpoint>;

/** What the receiver knows the sender by. The newest one, and those that it replaced and that have not expired, sign together. */
export const WebhookSecret = defineEntity({
  name: 'WebhookSecret',
  tableName: 'webhook_secret',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    endpointId: p
      .manyToOne(WebhookEndpoint)
      .mapToPk()
      .joinColumn('endpoint_id')
      .deleteRule('cascade')
      .index('webhook_secret_endpoint'),
    masterKeyId: p.text(),
    sealed: p.blob(),
    createdAt: p.datetime(3),
    /** Null for the newest. */
    expiresAt: p.datetime(3).nullable(),
  },
});
export type WebhookSecret = InferEntity<typeof WebhookSecret>;

/** One event for one receiver. */
export const OutboxDelivery = defineEntity({
  name: 'OutboxDelivery',
  tableName: 'outbox_delivery',
  uniques: [{ name: 'outbox_delivery_once', properties: ['endpointId', 'eventId'] }],
  indexes: [{ name: 'outbox_delivery_endpoint', properties: ['endpointId', 'sequence'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    endpointId: p.manyToOne(WebhookEndpoint).mapToPk().joinColumn('endpoint_id').deleteRule('cascade'),
    eventId: p
      .manyToOne(OutboxEvent)
      .mapToPk()
      .joinColumn('event_id')
      .deleteRule('cascade')
      .index('outbox_delivery_event'),
    /** Of the event: the order in which the receiver gets them. */
    sequence: p.bigint('number'),
    state: p.text().$type<DeliveryState>(),
    /** Somebody asked for it: it is tried once, and a failure ends it. */
    once: p.boolean().default(false),
    tries: p.integer().default(0),
    triedAt: p.datetime(3).nullable(),
    /** Of the last try. */
    outcome: p.text().$type<DeliveryOutcome>().nullable(),
    /** HTTP. */
    status: p.integer().nullable(),
    /** How the answer began. */
    answer: p.text().nullable(),
  },
});
export type OutboxDelivery = InferEntity<typeof OutboxDelivery>;
