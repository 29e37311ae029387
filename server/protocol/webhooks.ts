/** Webhooks: who is told of events, and what became of each. The requests themselves follow Standard Webhooks. */
import { z } from 'zod';
import { EVENT_TYPES, eventId } from './events.ts';
import { id, instant, next, page, printedLine, title } from './fields.ts';

const eventType = z.enum(EVENT_TYPES, { error: `is not one of ${EVENT_TYPES.join(', ')}` });

export const WEBHOOK_LIMITS = {
  /** Receivers of one database: each costs a request for each event. */
  endpoints: 20,
  /** How long a receiver may take for one request, ms. */
  call: 10_000,
  /** First and longest wait after failures in a row, ms. */
  retry: { first: 5_000, cap: 36_000_000 },
  /** An event that could not be delivered for this long is given up, ms. */
  patience: 432_000_000,
  /** For this long after a rotation both secrets sign, ms. */
  rotation: 86_400_000,
  /** Of an answer, bytes that are read. */
  answer: 4_096,
} as const;

const NO_ADDRESS = { error: 'is not an address such as https://example.org/muster' };

const url = z
  .string()
  .trim()
  .max(2_000, { error: 'is longer than 2000 characters' })
  .regex(printedLine, NO_ADDRESS)
  .refine(isWebAddress, NO_ADDRESS);

/** Credentials belong into the secret, and a fragment is never sent. */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}

const types = z
  .array(eventType)
  .min(1, { error: 'names no event' })
  .transform((chosen) => [...new Set(chosen)]);

export const newWebhook = z.strictObject({
  name: title,
  url: url.describe(
    '`https`. Plain `http`, and addresses of private networks, only where `MUSTER_WEBHOOK_ALLOW` names them.',
  ),
  types: types.describe('The events that it is told.'),
});
export type NewWebhook = z.input<typeof newWebhook>;

export const webhookChange = z.strictObject({
  ...newWebhook.shape,
  enabled: z.boolean().describe('While it is not, events wait.'),
});
export type WebhookChange = z.input<typeof webhookChange>;

/** How a request ended. */
const deliveryOutcome = z
  .enum([
    'delivered',
    'refused',
    'redirected',
    'gone',
    'timeout',
    'unreachable',
    'name-unknown',
    'certificate',
    'address-not-allowed',
    'no-secret',
  ])
  .describe(
    '`refused`: answered with an error. `gone`: answered 410, which disables the receiver. `no-secret`: its secret does not open with the master key.',
  );
export type DeliveryOutcome = z.infer<typeof deliveryOutcome>;

const answered = {
  outcome: deliveryOutcome,
  status: z.int().nullable().describe('The HTTP status; null where there was no answer.'),
  answer: z.string().nullable().describe('How the answer began.'),
};

export const webhookView = z
  .strictObject({
    id,
    name: z.string(),
    url: z.string(),
    types: z.array(eventType),
    createdBy: z.string(),
    createdAt: instant,
    disabled: z
      .strictObject({ at: instant, why: z.enum(['by-hand', 'gone']) })
      .nullable()
      .describe('`gone`: it answered 410.'),
    waiting: z.int().describe('Events that it has not got.'),
    failures: z.int().describe('In a row.'),
    triedAt: instant.nullable(),
    nextTryAt: instant.nullable().describe('Null where it is tried at once, or nothing waits.'),
    formerSecretUntil: instant.nullable().describe('Until then, the secret before signs too.'),
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof webhookView>;

export const webhooksView = z.strictObject({
  webhooks: z.array(webhookView),
  allow: z.array(z.string()).describe('Private addresses that receivers may have: `MUSTER_WEBHOOK_ALLOW`.'),
  next,
});
export type WebhooksView = z.infer<typeof webhooksView>;

export const webhookSecretView = z
  .strictObject({
    secret: z.string().describe('Shown once: `whsec_…`, as Standard Webhooks has it.'),
    webhook: webhookView,
  })
  .meta({ id: 'WebhookSecret' });
export type WebhookSecretView = z.infer<typeof webhookSecretView>;

/** What `POST /webhooks/{id}/test` has sent. Its `data` is empty, and it is not in the history. */
export const webhookTestMessage = z.strictObject({
  id: eventId,
  type: z.literal('webhook.test'),
  timestamp: instant,
  data: z.strictObject({}).describe('Somebody has tried the receiver: nothing happened.'),
});

export type WebhookTestMessage = z.infer<typeof webhookTestMessage>;

export const webhookTestView = z.strictObject(answered).meta({ id: 'WebhookTest' });
export type WebhookTestView = z.infer<typeof webhookTestView>;

const deliveryState = z
  .enum(['waiting', 'delivered', 'given-up', 'nothing-left'])
  .describe(
    '`given-up`: after five days, by hand, or because a try that was asked for failed. `nothing-left`: what it tells of was deleted.',
  );
export type DeliveryState = z.infer<typeof deliveryState>;

const deliveryView = z
  .strictObject({
    id,
    event: eventId,
    type: eventType,
    sequence: z.int(),
    happenedAt: instant,
    state: deliveryState,
    tries: z.int(),
    triedAt: instant.nullable(),
    outcome: deliveryOutcome.nullable().describe('Of the last try.'),
    status: answered.status,
    answer: answered.answer,
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof deliveryView>;

export const deliveriesQuery = z.strictObject({
  ...page,
  state: deliveryState.optional(),
});
export type DeliveriesQuery = z.output<typeof deliveriesQuery>;

export const deliveriesView = z.strictObject({ deliveries: z.array(deliveryView), next });
export type DeliveriesView = z.infer<typeof deliveriesView>;
