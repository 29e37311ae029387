/** Acts on many people at once. */
import type { Handlers } from '../handler.ts';
import type { CoreServices, Site } from '../services.ts';

export function peopleActHandlers({
  peopleActs,
  addresses,
}: Pick<CoreServices, 'peopleActs'> & Pick<Site, 'addresses'>): Handlers<'peopleActs'> {
  return {
    'peopleActs.department':
      ({ body }) =>
      (report) =>
        peopleActs.setDepartment(body, report),

    'peopleActs.status':
      ({ body }) =>
      (report) =>
        peopleActs.setStatus(body, report),

    'peopleActs.rota':
      ({ body }) =>
      (report) =>
        peopleActs.setRota(body, report),

    'peopleActs.invite':
      ({ body }, { account }) =>
      async (report) => ({
        ...(await peopleActs.invite(body, account, report)),
        addresses: [...addresses()],
      }),
  };
}
