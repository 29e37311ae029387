/** Who is in the building, and roll calls. */
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';
import { departmentsOf } from './departments.ts';

export function rollCallHandlers({
  presence,
  rollCalls,
}: Pick<CoreServices, 'presence' | 'rollCalls'>): Handlers<'presence' | 'rollCalls'> {
  return {
    'presence.get': ({ query }, { caller }) => presence.get(query.since, departmentsOf(caller)),

    'rollCalls.list': ({ query }) => rollCalls.list(query),

    'rollCalls.start': ({ body }, { account }) => rollCalls.start(body.siteId, account),

    'rollCalls.get': ({ params, query }, { caller }) =>
      rollCalls.get(params.id, query.since, departmentsOf(caller)),

    'rollCalls.tick': async ({ params, body }, { account }) => ({
      answers: await rollCalls.tick(params.id, body, account),
    }),

    'rollCalls.ticks': ({ params, query }, { caller }) =>
      rollCalls.ticks(params.id, query, departmentsOf(caller)),

    'rollCalls.end': ({ params }, { account, caller }) =>
      rollCalls.end(params.id, account, departmentsOf(caller)),
  };
}
