/** Self-enrollment: invitations for HR, and the phone that opened one. */
import { INVITATION_COOKIE } from '../../perimeter/cookies.ts';
import { MusterError } from '../../protocol/error.ts';
import type { InvitationActor } from '../../protocol/session.ts';
import type { RequestContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices, Site } from '../services.ts';

export function enrollmentInvitationHandlers({
  invitations,
  selfEnrollment,
  addresses,
}: Pick<CoreServices, 'invitations' | 'selfEnrollment'> & Pick<Site, 'addresses'>): Handlers<
  'enrollmentInvitations' | 'selfEnrollment'
> {
  return {
    'enrollmentInvitations.list': ({ query }) => invitations.list(query),

    'enrollmentInvitations.create': async ({ body }, { account }) => ({
      ...(await invitations.create(body, account)),
      addresses: [...addresses()],
    }),

    'enrollmentInvitations.get': ({ params }) => invitations.get(params.id),

    'enrollmentInvitations.revoke': ({ params }, { account }) => invitations.revoke(params.id, account),

    'enrollmentInvitations.confirm': ({ params, body }, { account }) =>
      invitations.confirm(params.id, body, account),

    'enrollmentInvitations.reject': ({ params, body }, { account }) =>
      invitations.reject(params.id, body, account),

    'selfEnrollment.open': async ({ body }, context) => {
      const { view, token, maxAge } = await selfEnrollment.open(body.token);
      context.setCookie(INVITATION_COOKIE, token, maxAge);
      return view;
    },

    'selfEnrollment.get': (_request, context) => selfEnrollment.view(invitedOf(context)),

    'selfEnrollment.consent': ({ body }, context) => selfEnrollment.consent(invitedOf(context), body),

    'selfEnrollment.decline': async (_request, context) => {
      await selfEnrollment.decline(invitedOf(context));
      context.clearCookie(INVITATION_COOKIE);
    },
  };
}

function invitedOf({ caller }: RequestContext): InvitationActor {
  if (caller?.kind !== 'invitation') throw new MusterError('unauthenticated', 'Open your link again.');
  return caller;
}
