/** Webhooks: receivers and what they were told. */
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';

export function webhookHandlers({ webhooks }: Pick<CoreServices, 'webhooks'>): Handlers<'webhooks'> {
  return {
    'webhooks.list': () => webhooks.list(),
    'webhooks.create': ({ body }, { account }) => webhooks.create(body, account),
    'webhooks.get': ({ params }) => webhooks.get(params.id),
    'webhooks.update': ({ params, body }) => webhooks.change(params.id, body),
    'webhooks.remove': ({ params }) => webhooks.remove(params.id),
    'webhooks.rotateSecret': ({ params }) => webhooks.rotate(params.id),
    'webhooks.test': ({ params }) => webhooks.test(params.id),
    'webhooks.deliveries': ({ params, query }) => webhooks.deliveries(params.id, query),
    'webhooks.redeliver': ({ params }) => webhooks.redeliver(params.id),
    'webhooks.giveUp': ({ params }) => webhooks.giveUp(params.id),
  };
}
