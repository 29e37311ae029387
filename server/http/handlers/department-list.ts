/** The list of departments. */
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';

export function departmentHandlers({
  departments,
}: Pick<CoreServices, 'departments'>): Handlers<'departments'> {
  return {
    'departments.list': async ({ query }) => {
      const { items, next } = pageOf(await departments.list(), query, ({ id }) => id);
      return { departments: items, next };
    },

    'departments.create': ({ body }) => departments.create(body),

    'departments.get': ({ params }) => departments.get(params.id),

    'departments.update': ({ params, body }, { expected }) => departments.rename(params.id, body, expected),

    'departments.join': ({ params, body }) => departments.join(params.id, body.into),

    'departments.remove': ({ params }, { expected }) => departments.remove(params.id, expected),
  };
}
