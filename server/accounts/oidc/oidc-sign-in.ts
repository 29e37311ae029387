/**
 * Sign-in through an identity provider (OpenID Connect Core 1.0): authorization code with PKCE, by discovery. The state
 * that is needed when the browser comes back travels in a sealed cookie, so that any server can finish the sign-in.
 */
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import { audit } from '../../audit/audit.ts';
import type { Database } from '../../db/database.ts';
import { AccountIdentity } from '../../db/entities/account.ts';
import { open, seal } from '../../crypto/envelope.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { AccountFeed } from '../account-feed.ts';
import type { CurrentSession, NewSession, Origin, SessionStore } from '../session-store.ts';
import { accountFor, type OidcPerson } from './oidc-accounts.ts';
import { asLine } from '../../protocol/fields.ts';
import { OidcFailure, type OidcReason } from '../../protocol/oidc-failure.ts';
import { type PersonBinding, personKeyOf } from './person-of.ts';
import { roleOf, type RoleMapping } from './role-of.ts';

interface OidcSettings {
  issuer: string;
  clientId: string;
  /** Undefined for a public client, where only PKCE protects the code. */
  clientSecret: string | undefined;
  /** Name of the identity provider on the sign-in page. */
  name: string;
  roleClaim: string;
  roles: RoleMapping;
  /** What says which person an employee is; null where nobody becomes one by signing in. */
  person: PersonBinding | null;
}

export interface OidcSignInOptions {
  settings: OidcSettings;
  database: Database;
  keys: KeyRing;
  sessions: SessionStore;
  feed: AccountFeed;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** The state that is kept while the browser is at the provider. */
const flowSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  returnTo: z.string(),
  /** The session whose person proves their identity again. */
  sessionId: z.string().nullable(),
  /** The earlier session of this browser. It ends when the new one begins. */
  former: z.string().nullable(),
  /** Epoch ms. */
  until: z.number(),
});
type Flow = z.infer<typeof flowSchema>;

/** Longest time for signing in at the provider, ms. */
export const FLOW_LIFE = 10 * 60_000;
const CONTEXT = ['muster/oidc-flow'];
/** For a proof, the provider must have asked for the password no longer ago than this, seconds (its clock may differ). */
const PROOF_AGE = 120;

export class OidcSignIn {
  readonly #options: OidcSignInOptions;
  readonly #log: Logger;
  readonly #now: () => number;
  #provider: Promise<oidc.Configuration> | null = null;

  constructor(options: OidcSignInOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'oidc' });
    this.#now = options.now ?? Date.now;
  }

  get name(): string {
    return this.#options.settings.name;
  }

  /**
   * The address to send the browser to, and the value of its cookie. `session` is the session that the browser has: with
   * `proof` its person proves their identity again, otherwise it ends when the new session begins.
   * Throws OidcFailure `unavailable`.
   */
  async begin(wanted: {
    redirectUri: string;
    returnTo: string;
    session: CurrentSession | null;
    proof: boolean;
  }): Promise<{ url: string; flow: string }> {
    const provider = await this.#discover();
    const { redirectUri, returnTo, session } = wanted;
    const proof = wanted.proof && session !== null;
    const flow: Flow = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      redirectUri,
      returnTo,
      sessionId: proof ? session.id : null,
      former: proof ? null : (session?.id ?? null),
      until: this.#now() + FLOW_LIFE,
    };
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ...(proof && { prompt: 'login', max_age: '0' }),
    });
    const [key] = this.#options.keys.derived('oidc-flow');
    return {
      url: url.href,
      flow: seal(key, Buffer.from(JSON.stringify(flow)), CONTEXT).toString('base64url'),
    };
  }

  /**
   * Finishes the sign-in when the provider has sent the browser back with `query`: opens a session, or renews the one that
   * asked for a proof. Throws OidcFailure.
   */
  async finish(
    query: string,
    flow: string | undefined,
    from: Origin,
  ): Promise<{ session: NewSession; returnTo: string }> {
    const begun = this.#open(flow);
    const provider = await this.#discover();
    const claims = await this.#claims(provider, query, begun);
    const { settings, database, sessions, feed } = this.#options;
    const { sub, issuer } = { sub: claims.sub as string, issuer: provider.serverMetadata().issuer };
    const { returnTo } = begun;
    if (begun.sessionId !== null)
      return { session: await this.#prove(begun.sessionId, issuer, sub), returnTo };
    const role = roleOf(claims, settings.roleClaim, settings.roles);
    if (role === null) return this.#refuse('no-role', { issuer });
    const person: OidcPerson = {
      issuer,
      subject: sub,
      username: text(claims['preferred_username']) ?? text(claims['email']),
      name: text(claims['name']),
      department: text(claims['department']),
      role,
      person: personKeyOf(claims, settings.person),
    };
    const account = await accountFor({ database, sessions }, person).catch((error: unknown) => {
      if (!(error instanceof OidcFailure)) throw error;
      return this.#refuse(error.reason, { issuer });
    });
    feed.report(account.id);
    this.#log.info(
      { event: 'oidc.signed-in', accountId: account.id },
      'signed in through the identity provider',
    );
    const session = await sessions.open(account, from);
    // The browser does not send its cookie when it comes from the site of the provider, so only the flow knows this session.
    const former = begun.former === null ? null : await sessions.byId(begun.former);
    if (former) {
      await sessions.revoke(former.actor.accountId, former.id);
      feed.report(former.actor.accountId);
    }
    return { session, returnTo };
  }

  /** The same person has just entered a password at the provider: their session continues under a new token. */
  async #prove(sessionId: string, issuer: string, subject: string): Promise<NewSession> {
    const { database, sessions } = this.#options;
    const current = await sessions.byId(sessionId);
    const identity = await database.fork().findOne(AccountIdentity, { issuer, subject });
    if (!current || identity?.accountId !== current.actor.accountId) {
      return this.#refuse('other-person', { issuer });
    }
    return database.transaction(async (em) => {
      const renewed = await sessions.renew(em, sessionId, { proved: true });
      await audit(em, {
        act: 'session.proved',
        object: { kind: 'session', id: sessionId },
        after: { by: 'oidc' },
        actor: current.actor,
      });
      return renewed;
    });
  }

  /** Refuses a person whom the provider has authenticated. That belongs in the audit trail. */
  async #refuse(reason: OidcReason, { issuer }: { issuer: string }): Promise<never> {
    this.#log.info({ event: 'oidc.refused', why: reason }, 'a person from the identity provider was refused');
    await this.#options.database.transaction((em) =>
      audit(em, { act: 'session.failed', after: { by: 'oidc', issuer, why: reason } }),
    );
    throw new OidcFailure(reason);
  }

  async #claims(
    provider: oidc.Configuration,
    query: string,
    { redirectUri, state, nonce, verifier, sessionId }: Flow,
  ): Promise<Record<string, unknown>> {
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, new URL(`${redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
        ...(sessionId !== null && { maxAge: PROOF_AGE }),
      });
      const claims = tokens.claims()!;
      if (!provider.serverMetadata().userinfo_endpoint) return claims;
      // Many providers send groups only in the user info.
      return { ...(await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
    } catch (error) {
      const refused = error instanceof oidc.AuthorizationResponseError;
      this.#log.warn(
        { event: 'oidc.failed', err: error },
        'the reply of the identity provider was not accepted',
      );
      throw new OidcFailure(refused ? 'refused' : 'invalid', { cause: error });
    }
  }

  #open(sealed: string | undefined): Flow {
    for (const key of this.#options.keys.derived('oidc-flow')) {
      try {
        const text = open(key, Buffer.from(sealed ?? '', 'base64url'), CONTEXT).toString();
        const flow = flowSchema.parse(JSON.parse(text));
        if (flow.until > this.#now()) return flow;
      } catch {
        // Sealed under the previous key, or not by us: try the next key.
      }
    }
    throw new OidcFailure('expired');
  }

  /** Runs discovery once, and again after a failure, because the server must also start while the provider is down. */
  #discover(): Promise<oidc.Configuration> {
    this.#provider ??= this.#ask().catch((error: unknown) => {
      this.#provider = null;
      this.#log.error({ event: 'oidc.unavailable', err: error }, 'the identity provider cannot be reached');
      throw new OidcFailure('unavailable', { cause: error });
    });
    return this.#provider;
  }

  #ask(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options.settings;
    const server = new URL(issuer);
    return oidc.discovery(
      server,
      clientId,
      clientSecret,
      clientSecret === undefined ? oidc.None() : undefined,
      // Plain HTTP never leaves this machine: config.ts allows it for the loopback interface only.
      { execute: server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [] },
    );
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? asLine(value, 200) || undefined : undefined;
}
