/** The messages that receivers of webhooks get, as the part `webhooks` of the OpenAPI document. */
import type { z } from 'zod';
import { musterEvent } from '../protocol/events.ts';
import { webhookTestMessage } from '../protocol/webhooks.ts';
import type { Json, OpenApiOperation, OpenApiParameter } from './openapi-parts.ts';

const HEADERS: OpenApiParameter[] = [
  ['webhook-id', 'The `id` of the message. Where it is sent again, it has the same one.'],
  ['webhook-timestamp', 'When it was sent, in seconds since 1970.'],
  [
    'webhook-signature',
    '`v1,` and an HMAC-SHA256 over `id.timestamp.body`, by Standard Webhooks; two of them, with a space between, after a new secret.',
  ],
].map(([name = '', description = '']) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
}));

const RESPONSES = {
  '2XX': { description: 'The receiver has it.' },
  '410': { description: 'The receiver wants nothing any more, and is switched off.' },
  default: { description: 'It is sent again later.' },
};

/** By the type of the message. @param toJson adds the parts that a schema names to the components */
export function webhookOperations(
  toJson: (schema: z.ZodType, io: 'output') => Json,
): Record<string, { post: OpenApiOperation }> {
  const messages = [...musterEvent.options, webhookTestMessage];
  return Object.fromEntries(
    messages.map((message) => {
      const { type, data } = message.shape;
      const summary = data.description ?? '';
      const operation: OpenApiOperation = {
        operationId: `webhook.${type.value}`,
        summary,
        description: 'Muster sends it to a receiver.',
        tags: ['webhooks'],
        security: [{}],
        parameters: HEADERS,
        requestBody: {
          required: true,
          content: { 'application/json': { schema: toJson(message, 'output') } },
        },
        responses: RESPONSES,
      };
      return [type.value, { post: operation }];
    }),
  );
}
