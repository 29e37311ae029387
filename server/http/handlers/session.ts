/** Signing in and out: the first account, passwords, invitations. */
import { KNOWN_COOKIE, KNOWN_COOKIE_LIFE } from '../../accounts/known-browser-store.ts';
import { DEVICE_COOKIE, SESSION_COOKIE } from '../../perimeter/cookies.ts';
import type { Handlers } from '../handler.ts';
import type { AccessServices } from '../services.ts';
import { DEVICE_COOKIE_LIFE } from './devices.ts';

export function sessionHandlers({
  accounts,
}: Pick<AccessServices, 'accounts'>): Handlers<'session' | 'setup' | 'invitation'> {
  return {
    'session.get': async (_request, context) => {
      const { caller } = context;
      const actor = caller?.kind === 'token' ? null : caller;
      const credential = context.cookie(DEVICE_COOKIE);
      // A browser drops a cookie after 400 days: a station that stays on gets the cookie again with each request.
      if (actor?.kind === 'device' && credential !== undefined) {
        context.setCookie(DEVICE_COOKIE, credential, DEVICE_COOKIE_LIFE);
      }
      return { setupNeeded: await accounts.setupNeeded(), actor };
    },

    'session.signIn': async ({ body }, context) => {
      const session = await accounts.signIn(body, context.from);
      const old = context.cookie(SESSION_COOKIE);
      if (old !== undefined) await accounts.signOut(old);
      context.setSessionCookies(session);
      return { setupNeeded: false, actor: session.actor };
    },

    'session.prove': async ({ body }, context) => {
      const renewed = await accounts.prove(await context.session(), body);
      context.setSessionCookies(renewed);
      return { setupNeeded: false, actor: renewed.actor };
    },

    'session.signOut': async (_request, context) => {
      const token = context.cookie(SESSION_COOKIE);
      if (token !== undefined) await accounts.signOut(token);
      context.clearCookie(SESSION_COOKIE);
    },

    'setup.run': async ({ body }, context) => {
      const session = await accounts.setUp(body, context.from);
      context.setSessionCookies(session);
      return { setupNeeded: false, actor: session.actor };
    },

    'invitation.accept': async ({ body }, context) => {
      const { username, known } = await accounts.join(body);
      context.setCookie(KNOWN_COOKIE, known, KNOWN_COOKIE_LIFE);
      return { username };
    },
  };
}
