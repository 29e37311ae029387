/** Profiles of files for payroll, and the files. */
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';

export function payrollHandlers({ payroll }: Pick<CoreServices, 'payroll'>): Handlers<'payrollProfiles'> {
  const { profiles } = payroll;
  return {
    'payrollProfiles.list': async ({ query }) => {
      const { items, next } = pageOf(await profiles.list(), query, ({ id }) => id);
      return { profiles: items, next };
    },
    'payrollProfiles.create': ({ body }) => profiles.create(body),
    'payrollProfiles.get': ({ params }) => profiles.get(params.id),
    'payrollProfiles.update': ({ params, body }, { expected }) => profiles.update(params.id, body, expected),
    'payrollProfiles.remove': ({ params }, { expected }) => profiles.remove(params.id, expected),
    'payrollProfiles.file': ({ params, query }) => payroll.file(params.id, query),
  };
}
