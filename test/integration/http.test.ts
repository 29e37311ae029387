import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { brotliCompressSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { problemOf, RestServer } from '../support/rest-server.ts';

const lines: string[] = [];
let services: DataServices;
let clientDir: string;
let rest: RestServer;

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  services = await openDataServices({ log: pino({ level: 'debug' }, sink) });
  clientDir = await mkdtemp(path.join(os.tmpdir(), 'muster-client-'));
  await mkdir(path.join(clientDir, 'assets'));
  await writeFile(path.join(clientDir, 'index.html'), '<!doctype html><title>Muster</title>');
  await writeFile(path.join(clientDir, 'assets', 'main-3f2a.js'), 'export {};');
  await writeFile(path.join(clientDir, 'assets', 'main-3f2a.js.br'), brotliCompressSync('export {};'));
  await writeFile(path.join(clientDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
});
afterAll(async () => {
  await services.close();
  await rm(clientDir, { recursive: true });
});
beforeEach(async () => {
  rest = await RestServer.start(services, { client: { directory: clientDir } });
  lines.length = 0;
});
afterEach(() => rest.stop());

/** `roles.test.ts` tests who may call which endpoint. */
describe('requests', () => {
  it('a forged cookie identifies no account', async () => {
    const forged = rest.stranger();
    forged.cookies.set('muster_session', 'A'.repeat(43));
    forged.cookies.set('muster_device', 'B'.repeat(43));
    expect((await forged.send('GET', '/api/v1/people')).status).toBe(401);
    expect(await forged.json('GET', '/api/v1/session')).toMatchObject({ actor: null });
  });

  it.each([
    ['GET', '/api'],
    ['GET', '/api/v1/nothing'],
    ['PUT', '/api/v1/people'],
    ['GET', '/api/v1/people/not-an-id'],
    ['GET', '/api/v1/people/..%2fsession'],
    ['GET', '/API/people/'],
    ['GET', '/api/v1/people/'],
    ['POST', '/api/health'],
  ])('%s %s does not exist, for staff neither', async (method, url) => {
    const staff = await rest.staff();
    expect(await problemOf(await staff.send(method, url))).toMatchObject({ status: 404, code: 'not-found' });
  });
});

describe('writes', () => {
  const person = { number: 'CSRF', givenName: 'C', familyName: 'S' };

  it.each<[string, Record<string, string>]>([
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from nowhere, with a cookie', {}],
  ])('a write %s is refused', async (_, headers) => {
    const staff = await rest.staff();
    const cookie = `muster_session=${staff.cookies.get('muster_session')}`;
    // fetch sends an origin with every write. A plain http request sends one only if the header is set.
    const request = http.request(`${rest.origin}/api/v1/people`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
    });
    request.end(JSON.stringify(person));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(403);
    expect((await services.people.page({ search: 'CSRF', limit: 200 })).people).toEqual([]);
  });

  it.each<[string, string | undefined, Record<string, string>, number, string]>([
    ['a form', 'number=1', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'bad-request'],
    ['text that could be JSON', '{}', { 'content-type': 'text/plain' }, 400, 'bad-request'],
    ['broken JSON', '{"number":', {}, 400, 'bad-request'],
    [
      'another character set',
      '{}',
      { 'content-type': 'application/json; charset=ebcdic' },
      400,
      'bad-request',
    ],
    ['more than 64 kB', JSON.stringify({ number: 'x'.repeat(65_536) }), {}, 413, 'too-large'],
    ['a list for an object', '[]', {}, 422, 'validation-failed'],
    ['nothing', undefined, {}, 422, 'validation-failed'],
  ])('a body of %s is refused', async (_, body, headers, status, code) => {
    const staff = await rest.staff();
    const problem = await problemOf(await staff.send('POST', '/api/v1/people', body, headers));
    expect(problem).toMatchObject({ status, code });
  });
});

describe('health', () => {
  it('health is public and answers 200 when every part is up', async () => {
    const response = await rest.stranger().send('GET', '/api/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ok',
      problems: [],
      database: true,
      writable: true,
      sightings: { waiting: 0, unsaved: 0 },
      analyzers: { up: 1, of: 1 },
      clock: null,
      mediaWorkers: { up: 1, of: 1 },
      cameras: 3,
      photoDetection: false,
      mqtt: null,
      reenroll: 0,
    });
  });

  it('health answers 503 and names the part that is down', async () => {
    const health = {
      analyzers: () => ({ up: 0, of: 1 }),
      mediaWorkers: () => ({ up: 1, of: 1 }),
      cameras: () => 0,
      photoDetection: () => false,
      sightings: () => ({ waiting: 0, unsaved: 0, trouble: null, damaged: false }),
      draining: () => false,
    };
    const degraded = await RestServer.start(services, { health });
    const response = await degraded.stranger().send('GET', '/api/health');
    degraded.stop();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'degraded',
      problems: ['analyzers-down'],
      analyzers: { up: 0, of: 1 },
      database: true,
    });
  });
});

describe('internal errors', () => {
  it('an internal error is logged once under the id in the reply, and the reply reveals nothing else', async () => {
    const staff = await rest.staff();
    await services.addPerson();
    await services.database.fork().execute('alter table consent rename to consent_away');
    lines.length = 0;
    const response = await staff.send('GET', '/api/v1/people');
    await services.database.fork().execute('alter table consent_away rename to consent');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 500, code: 'internal', retryable: true });
    expect(JSON.stringify(problem)).not.toMatch(/consent|relation/);
    const id = response.headers.get('x-request-id')!;
    expect(problem.detail).toContain(id);
    const errors = lines
      .map((line) => JSON.parse(line) as { level: number; requestId?: string })
      .filter(({ level }) => level >= 50);
    expect(errors).toMatchObject([
      { requestId: id, err: { message: expect.stringContaining('"consent" does not exist') as string } },
    ]);
  });
});

const get = (url: string, accept = 'text/html') => rest.stranger().send('GET', url, undefined, { accept });

describe('the client files', () => {
  it('every page address serves the same fresh HTML', async () => {
    for (const url of ['/', '/station', '/people/123/enroll']) {
      const response = await get(url);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<title>Muster</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('hashed files are cached for a year, and other files are revalidated', async () => {
    expect((await get('/assets/main-3f2a.js', '*/*')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await get('/icon.svg', '*/*')).headers.get('cache-control')).toBe('no-cache');
  });

  it('a browser that takes Brotli is sent the compressed file, under the same address and type', async () => {
    const url = '/assets/main-3f2a.js';
    const send = (encodings: string) =>
      rest.stranger().send('GET', url, undefined, { accept: '*/*', 'accept-encoding': encodings });
    const [small, plain] = [await send('gzip, deflate, br'), await send('identity')];
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(plain.headers.get('content-encoding')).toBeNull();
    for (const response of [small, plain]) {
      expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('vary')).toContain('Accept-Encoding');
      expect(await response.text()).toBe('export {};');
    }
  });

  it.each(['/assets/main-gone.js', '/missing.png', '/..%2f..%2fetc/passwd.txt', '/.env'])(
    'the server has no file %s',
    async (url) => {
      expect((await get(url, '*/*')).status).toBe(404);
    },
  );

  it('a missing client build is answered with the command that builds it', async () => {
    const unbuilt = await RestServer.start(services, { client: { directory: path.join(clientDir, 'none') } });
    const response = await unbuilt.stranger().send('GET', '/', undefined, { accept: 'text/html' });
    unbuilt.stop();
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  it('the page runs scripts of this server only, may use the camera, and cannot be framed', async () => {
    const { headers } = await get('/');
    const csp = headers.get('content-security-policy')!;
    expect(csp).toContain("default-src 'none'");
    expect(csp).toMatch(/script-src 'self'(;|$)/);
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain('upgrade-insecure-requests');
    expect(headers.get('permissions-policy')).toMatch(/camera=\(self\).*microphone=\(\)/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
