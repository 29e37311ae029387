/** Mail: links and month sheets, sent to the people they are for. */
import { may } from '../../protocol/permissions.ts';
import type { RequestContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices, Site } from '../services.ts';
import { departmentsOf } from './departments.ts';

export function mailHandlers({
  mail,
  addresses,
}: Pick<CoreServices, 'mail'> & Pick<Site, 'addresses'>): Handlers<'mail'> {
  const here = ({ req }: RequestContext) => ({
    // A write of a page names its origin, which was checked by now.
    origin: req.headers.origin ?? `${req.protocol}://${req.headers.host ?? 'localhost'}`,
    addresses: addresses(),
  });
  return {
    'mail.get': () => mail.view(),
    'mail.test': ({ body }) => mail.test(body),
    'mail.enrollmentLink': ({ params, body }, context) => mail.enrollmentLink(params.id, body, here(context)),
    'mail.accountLink': ({ params, body }, context) =>
      mail.accountLink(params.id, body, {
        ...here(context),
        employeesOnly: !may(context.account, 'accounts:write'),
      }),
    'mail.monthSheet': ({ params, body }, { caller }) =>
      mail.monthSheet(params.id, body, departmentsOf(caller)),
  };
}
