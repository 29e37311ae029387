/** Staff accounts, one's own and others', and the tokens of integrations. */
import { MusterError } from '../../protocol/error.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { AccessServices } from '../services.ts';

export function accountHandlers({
  accounts,
}: Pick<AccessServices, 'accounts'>): Handlers<'account' | 'accounts' | 'tokens'> {
  const { secondFactors, directory, tokens } = accounts;
  return {
    'account.get': async (_request, context) => accounts.own(await context.session()),

    'account.changePassword': async ({ body }, context) => {
      context.setSessionCookies(await accounts.changePassword(await context.session(), body));
    },

    'account.endOtherSessions': async (_request, context) =>
      accounts.endOtherSessions(await context.session()),

    'account.endSession': ({ params }, { account }) => accounts.endSession(account.accountId, params.id),

    'account.offerSecondFactor': (_request, { account }) => secondFactors.offer(account),

    'account.confirmSecondFactor': async ({ body }, context) => {
      const session = await context.session();
      const { renewed, recoveryCodes } = await accounts.confirmSecondFactor(session, body.code);
      context.setSessionCookies(renewed);
      return { recoveryCodes };
    },

    'account.removeSecondFactor': async (_request, context) => {
      context.setSessionCookies(await accounts.removeSecondFactor(await context.session()));
    },

    'account.renewRecoveryCodes': async (_request, { account }) => ({
      recoveryCodes: await secondFactors.renewRecoveryCodes(account.accountId),
    }),

    'accounts.list': async ({ query }) => {
      const { items, next } = pageOf(await directory.list(query.of), query, ({ id }) => id);
      return { accounts: items, next };
    },

    'accounts.create': ({ body }) => directory.invite(body),

    'accounts.get': ({ params }) => directory.get(params.id),

    'accounts.update': ({ params, body }, { account, expected }) =>
      directory.change(params.id, body, account, expected),

    'accounts.reset': ({ params }, { account }) => directory.reset(params.id, account),

    'accounts.removeSecondFactor': async ({ params }) => {
      await directory.resetSecondFactor(params.id);
    },

    'tokens.list': async ({ query }) => {
      const { items, next } = pageOf(await tokens.list(), query, ({ id }) => id);
      return { tokens: items, next };
    },

    'tokens.create': ({ body }, { account }) => tokens.create(body, account),

    'tokens.get': async ({ params }) => {
      const token = (await tokens.list()).find(({ id }) => id === params.id);
      if (!token) throw new MusterError('not-found', 'There is no such token.');
      return token;
    },

    'tokens.revoke': ({ params }) => tokens.revoke(params.id),
  };
}
