/** Signing in with an identity provider. The browser itself goes there and back, so the sign-in page reports failures. */
import type { Request } from 'express';
import { FLOW_LIFE, type OidcSignIn } from '../../accounts/oidc/oidc-sign-in.ts';
import { isEncrypted } from '../../perimeter/cookies.ts';
import { MusterError } from '../../protocol/error.ts';
import { OidcFailure } from '../../protocol/oidc-failure.ts';
import type { Handlers } from '../handler.ts';
import type { AccessServices, Site } from '../services.ts';

const COOKIE = 'muster_oidc';
/** Lax: it must come with a navigation from the provider's site. The path covers both addresses of the callback. */
const SCOPE = { sameSite: 'lax', path: '/api' } as const;
/** Operators have registered this address with their providers: it must stay, without a version. */
export const CALLBACK = '/api/oidc/callback';
/** Longest sealed flow, characters. */
const FLOW_LENGTH = 2_048;

export function oidcHandlers({
  oidc,
  authenticator,
  origins,
}: Pick<AccessServices, 'oidc' | 'authenticator'> & Pick<Site, 'origins'>): Handlers<'oidc'> {
  return {
    'oidc.get': () => ({ name: oidc?.name ?? null }),

    'oidc.signIn': ({ query }, context) =>
      orReport(async () => {
        const { url, flow } = await provider(oidc).begin({
          redirectUri: `${publicOrigin(context.req, origins)}${CALLBACK}`,
          returnTo: ownPath(query.return),
          session: await authenticator.session(context.req, { touch: false }),
          proof: query.proof === '1',
        });
        context.setCookie(COOKIE, flow, FLOW_LIFE, SCOPE);
        return url;
      }),

    'oidc.callback': (_request, context) =>
      orReport(async () => {
        const query = context.req.originalUrl.split('?')[1] ?? '';
        const flow = context.cookie(COOKIE, FLOW_LENGTH);
        const done = await provider(oidc).finish(query, flow, context.from);
        context.clearCookie(COOKIE, SCOPE);
        context.setSessionCookies(done.session);
        return done.returnTo;
      }),
  };
}

function provider(oidc: OidcSignIn | null): OidcSignIn {
  if (!oidc) throw new MusterError('not-found', 'No identity provider is configured.');
  return oidc;
}

async function orReport(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error;
    return `/sign-in?failed=${error.reason}`;
  }
}

/** Where browsers reach this server; the provider refuses any that is not registered there. */
function publicOrigin(req: Request, origins: readonly string[]): string {
  const { host = '' } = req.headers;
  const known = origins.find((origin) => URL.parse(origin)?.host === host);
  return known ? new URL(known).origin : `${isEncrypted(req) ? 'https' : 'http'}://${host}`;
}

/** A path of this site; anything else would lead a browser that has just signed in elsewhere. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[^\\]*$/.test(path) ? path : '/';
}
