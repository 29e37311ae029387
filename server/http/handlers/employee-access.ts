/** Lets people see their own record, and takes that back. */
import type { Handlers } from '../handler.ts';
import type { AccessServices } from '../services.ts';

export function employeeAccessHandlers({ employees }: Pick<AccessServices, 'employees'>): Handlers<'access'> {
  return {
    'access.get': ({ params }) => employees.get(params.id),

    'access.give': ({ params, body }) => employees.give(params.id, body),

    'access.renew': ({ params }, { account }) => employees.renew(params.id, account),

    'access.change': ({ params, body }, { account }) => employees.change(params.id, body, account),
  };
}
