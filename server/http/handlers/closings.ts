/** Closed months. A manager sees their own department, or no one if their department is not known. */
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';
import { departmentsOf } from './departments.ts';

export function closingHandlers({ closings }: Pick<CoreServices, 'closings'>): Handlers<'closings'> {
  return {
    'closings.list': ({ query }, { caller }) => closings.list(query, departmentsOf(caller)),

    'closings.preview': ({ query }, { caller }) => closings.preview(query, departmentsOf(caller)),

    'closings.create': ({ body }, { account }) => closings.close(body, account),

    'closings.get': ({ params, query }, { caller }) => closings.get(params.id, query, departmentsOf(caller)),

    'closings.reopen': ({ params, body }, { account }) => closings.reopen(params.id, body.reason, account),
  };
}
