/** A real OpenID provider on the loopback interface, and a function that signs a person in on its pages. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface ProviderPerson {
  /** The `sub` claim; it is also typed as the login. */
  subject: string;
  claims: Record<string, unknown>;
}

export class OpenIdProvider {
  readonly issuer: string;
  readonly people = new Map<string, ProviderPerson>();
  readonly #server: http.Server;

  private constructor(issuer: string, server: http.Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  /** Starts a provider with one confidential client, which may be redirected to `redirectUris`. */
  static async start(client: {
    id: string;
    secret: string;
    redirectUris: string[];
  }): Promise<OpenIdProvider> {
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const self = new OpenIdProvider(issuer, server);
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: client.redirectUris,
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      claims: {
        openid: ['sub'],
        profile: ['name', 'preferred_username', 'department', 'groups', 'employee_number'],
        email: ['email', 'email_verified'],
      },
      findAccount: (_context, sub) => {
        const person = self.people.get(sub);
        return person && { accountId: sub, claims: () => ({ sub, ...person.claims }) };
      },
      features: { devInteractions: { enabled: true } },
      cookies: { keys: ['of a test'] },
      pkce: { required: () => true },
    });
    server.on('request', provider.callback());
    return self;
  }

  add(person: ProviderPerson): void {
    this.people.set(person.subject, person);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/**
 * Follows redirects from `url` as a browser does, and fills in the provider's pages as `login`. Returns the first address
 * that begins with `until`, without requesting it. If `login` is null, the sign-in is aborted on the provider's page.
 */
export async function throughProvider(url: string, login: string | null, until: string): Promise<string> {
  const jar = new Map<string, string>();
  let request: { url: string; body?: URLSearchParams } = { url };
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(request.url, {
      redirect: 'manual',
      method: request.body ? 'POST' : 'GET',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(request.body && { body: request.body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name!, value!);
    }
    const next = response.headers.get('location');
    if (next !== null) {
      const target = new URL(next, request.url).href;
      if (target.startsWith(until)) return target;
      request = { url: target };
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`no form: ${response.status} ${page.slice(0, 400)}`);
    if (login === null) {
      const abort = /href="([^"]*abort[^"]*)"/.exec(page)?.[1];
      request = { url: new URL(abort!, request.url).href };
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'login';
    request = {
      url: new URL(action, request.url).href,
      body: new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'of no account' }) }),
    };
  }
  throw new Error('the provider sends the browser round in circles');
}
