import { MusterError } from '../../protocol/error.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';

export function siteHandlers({
  sites,
  attendanceQuery,
}: Pick<CoreServices, 'sites' | 'attendanceQuery'>): Handlers<'sites'> {
  return {
    'sites.list': async ({ query }) => {
      const { items, next } = pageOf(await sites.list(), query, ({ id }) => id);
      return { sites: items, next };
    },

    'sites.create': ({ body }) => sites.create(body),

    'sites.get': async ({ params }) => {
      const site = await sites.get(params.id);
      if (!site) throw new MusterError('not-found', 'There is no such site.');
      return site;
    },

    'sites.update': ({ params, body }, { expected }) => sites.update(params.id, body, expected),

    'sites.preview': ({ params, body }) => attendanceQuery.preview(params.id, body),
  };
}
