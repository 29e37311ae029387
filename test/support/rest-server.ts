/** The REST API on a port of its own, and browsers to call it with. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { createApp } from '../../server/http/app.ts';
import type { AppServices } from '../../server/http/services.ts';
import { Metrics } from '../../server/metrics/metrics.ts';
import type { InvitationView } from '#protocol/accounts.ts';
import { MusterError, type Problem } from '#protocol/error.ts';
import { type DataServices, PASSWORD } from './data-services.ts';

export const SITE = {
  dataDir: os.tmpdir(),
  origins: [],
  trusted: false,
  addresses: () => ['https://192.0.2.7:8443'],
};

/** The services that main.ts would pass to the app, with everything outside the database reported as running. */
export function appServices(services: DataServices, more: Partial<AppServices> = {}): AppServices {
  return {
    log: services.log,
    core: services,
    access: services,
    site: SITE,
    recognition: () => ({
      pack: { id: 'test', title: 'Test pack', verified: true },
      far: '1e-4',
      available: ['1e-3', '1e-4', '1e-5'],
      liveness: { policy: 'off', installed: false },
      challenge: 'auto',
      analyzers: [],
      hosts: null,
    }),
    metrics: new Metrics({ version: 'test' }),
    health: {
      analyzers: () => ({ up: 1, of: 1 }),
      mediaWorkers: () => ({ up: 1, of: 1 }),
      cameras: () => 3,
      photoDetection: () => false,
      sightings: () => ({ waiting: 0, unsaved: 0, trouble: null, damaged: false }),
      draining: () => false,
    },
    whip: {
      open: () => Promise.reject(new MusterError('media-unavailable', 'There is no media worker.')),
      end: () => false,
    },
    client: { directory: 'dist/client' },
    ...more,
  };
}

/** The origin that a server listens at, on a free port. */
export async function listen(server: http.Server, scheme: 'http' | 'https'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A REST API with full rate-limit buckets of its own. */
export class RestServer {
  readonly origin: string;
  readonly #services: DataServices;
  readonly #server: http.Server;
  #members = 0;

  private constructor(origin: string, services: DataServices, server: http.Server) {
    this.origin = origin;
    this.#services = services;
    this.#server = server;
  }

  static async start(services: DataServices, more: Partial<AppServices> = {}): Promise<RestServer> {
    const server = http.createServer(createApp(appServices(services, more)));
    return new RestServer(await listen(server, 'http'), services, server);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  stranger(): Browser {
    return new Browser(this.origin);
  }

  async staff(): Promise<Browser> {
    await this.#services.accountId();
    const browser = this.stranger();
    await browser.json('POST', '/api/v1/session', { username: 'ada', password: PASSWORD });
    return browser;
  }

  /** A browser of a new account, `member-1` and so on, invited by this owner. The department is added unless it is there. */
  async member(owner: Browser, role: string, department?: string): Promise<Browser> {
    this.#members += 1;
    await this.#services.addDepartment(department ?? '');
    const username = `member-${this.#members}`;
    const account = { username, name: username, role, ...(department !== undefined && { department }) };
    const { token } = await owner.json<InvitationView>('POST', '/api/v1/accounts', account);
    const browser = this.stranger();
    await browser.json('POST', '/api/v1/invitation', { token, password: PASSWORD });
    await browser.json('POST', '/api/v1/session', { username, password: PASSWORD });
    return browser;
  }

  /** A browser that is paired as a station with a code from this member of staff. */
  async station(staff: Browser): Promise<Browser> {
    const input = { kind: 'station', name: 'Front door' };
    const { code } = await staff.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', input);
    const browser = this.stranger();
    await browser.json('POST', '/api/v1/device', { code });
    return browser;
  }
}

/** Sends requests with the cookies and the origin that a browser would send. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async send(
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
    redirect: RequestRedirect = 'follow',
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.#origin + url, {
      method,
      redirect,
      headers: {
        ...(method !== 'GET' && { origin: this.#origin }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cookie !== '' && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return response;
  }

  /** Sends the content of a file. */
  async upload(url: string, content: Uint8Array | string, headers: Record<string, string> = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return fetch(this.#origin + url, {
      method: 'POST',
      headers: { origin: this.#origin, cookie, 'content-type': 'application/octet-stream', ...headers },
      body: typeof content === 'string' ? content : new Uint8Array(content),
    });
  }

  /** Sends a request and returns the body of the response. Throws if the response is not a success. */
  async json<T>(method: string, url: string, body?: unknown): Promise<T> {
    const response = await this.send(method, url, body);
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

/** The body of a response that must be problem details (RFC 9457). */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type');
  const problem = (await response.json()) as Problem;
  const wellFormed =
    type === 'application/problem+json; charset=utf-8' &&
    problem.type === `urn:muster:error:${problem.code}` &&
    problem.status === response.status &&
    problem.title !== '' &&
    problem.detail !== '' &&
    typeof problem.retryable === 'boolean';
  if (!wellFormed) throw new Error(`no problem details: ${type} ${JSON.stringify(problem)}`);
  return problem;
}
