import { type Request, type Response, Router } from 'express';
import { MusterError } from '../../protocol/error.ts';
import type { OidcView } from '../../protocol/session.ts';
import type { Authenticator } from '../../perimeter/authenticator.ts';
import { cookieOf, cookieOptions, isEncrypted } from '../../perimeter/cookies.ts';
import { OidcFailure } from '../../protocol/oidc-failure.ts';
import { FLOW_LIFE, type OidcSignIn } from '../../accounts/oidc/oidc-sign-in.ts';
import { addressOf } from '../../perimeter/client-address.ts';
import { addressKey } from '../../perimeter/address-key.ts';
import type { RateLimit } from '../../perimeter/rate-limit.ts';
import { setSessionCookies, signInFrom } from '../session-of.ts';

export interface OidcRouterOptions {
  /** Null where no provider is configured. */
  oidc: OidcSignIn | null;
  authenticator: Authenticator;
  /** `config.origins`: behind a proxy that ends TLS, the address that browsers know. */
  origins: readonly string[];
  limit: RateLimit;
}

const COOKIE = 'muster_oidc';
const CALLBACK = '/api/oidc/callback';

/** Pages, not answers: the browser itself goes there and back, so what goes wrong is told by the sign-in page. */
export function oidcRouter({ oidc, authenticator, origins, limit }: OidcRouterOptions): Router {
  const router = Router();

  router.get('/', (_req, res) => {
    res.json({ name: oidc?.name ?? null } satisfies OidcView);
  });

  /** `?return=` where to go afterward; `?proof=1` proves again who is signed in. */
  router.get('/sign-in', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    const session = await authenticator.session(req, { touch: false });
    await orTell(res, async () => {
      const { url, flow } = await provider(oidc).begin({
        redirectUri: `${publicOrigin(req, origins)}${CALLBACK}`,
        returnTo: ownPath(req.query['return']),
        session,
        proof: req.query['proof'] === '1',
      });
      // Lax: it must come back with a navigation from the provider's site.
      res.cookie(COOKIE, flow, { ...cookieOptions(req, FLOW_LIFE), sameSite: 'lax', path: '/api/oidc' });
      res.redirect(url);
    });
  });

  router.get('/callback', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    await orTell(res, async () => {
      const query = req.originalUrl.split('?')[1] ?? '';
      const done = await provider(oidc).finish(query, cookieOf(req, COOKIE, FLOW_LENGTH), signInFrom(req));
      res.clearCookie(COOKIE, { ...cookieOptions(req), sameSite: 'lax', path: '/api/oidc' });
      setSessionCookies(req, res, done.session);
      res.redirect(done.returnTo);
    });
  });

  return router;
}

/** Longest sealed flow, characters. */
const FLOW_LENGTH = 2_048;

function provider(oidc: OidcSignIn | null): OidcSignIn {
  if (!oidc) throw new MusterError('not-found', 'No OpenID provider is configured.');
  return oidc;
}

async function orTell(res: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error;
    res.redirect(`/sign-in?failed=${error.reason}`);
  }
}

/** Where browsers reach this server; the provider refuses any that is not registered there. */
function publicOrigin(req: Request, origins: readonly string[]): string {
  const { host = '' } = req.headers;
  const known = origins.find((origin) => URL.parse(origin)?.host === host);
  return known ? new URL(known).origin : `${isEncrypted(req) ? 'https' : 'http'}://${host}`;
}

function ownPath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])[^\\]*$/.test(value) ? value : '/';
}
