import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import selfsigned from 'selfsigned';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { PersonView } from '#protocol/people.ts';
import type { SessionView } from '#protocol/session.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { appServices, listen, problemOf, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  rest = await RestServer.start(services);
});
afterEach(() => rest.stop());

describe('set-up', () => {
  it('set-up accepts the printed token once and signs in', async () => {
    const fresh = await openDataServices();
    const server = await RestServer.start(fresh);
    const browser = server.stranger();
    expect(await browser.json('GET', '/api/v1/session')).toEqual({ setupNeeded: true, actor: null });
    const input = { token: fresh.setupToken, username: 'Ada ', name: 'Ada', password: PASSWORD };

    const wrong = await browser.send('POST', '/api/v1/setup', { ...input, token: 'WRONG' });
    expect(wrong.status).toBe(403);
    const short = await problemOf(
      await browser.send('POST', '/api/v1/setup', { ...input, password: 'short' }),
    );
    expect(short).toMatchObject({
      status: 422,
      faults: [{ path: 'password', message: 'is shorter than 12 characters' }],
    });

    const made = await browser.send('POST', '/api/v1/setup', input);
    expect(made.status).toBe(201);
    const actor = { kind: 'account', username: 'ada', name: 'Ada' };
    expect(await made.json()).toMatchObject({ setupNeeded: false, actor });
    expect(await browser.json('GET', '/api/v1/session')).toMatchObject({ setupNeeded: false, actor });
    expect((await browser.send('POST', '/api/v1/setup', input)).status).toBe(409);
    server.stop();
    await fresh.close();
  });
});

describe('sessions', () => {
  it('the session cookie is HttpOnly and SameSite', async () => {
    await services.accountId();
    const response = await rest.stranger().send('POST', '/api/v1/session', {
      username: 'ADA',
      password: PASSWORD,
    });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^muster_session=[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('the session cookie is marked Secure over TLS', async () => {
    await services.accountId();
    const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }]);
    const secure = https.createServer({ key, cert }, createApp(appServices(services)));
    const address = await listen(secure, 'https');
    const body = JSON.stringify({ username: 'ada', password: PASSWORD });
    const request = https.request(`${address}/api/v1/session`, {
      method: 'POST',
      rejectUnauthorized: false,
      headers: { origin: address, 'content-type': 'application/json', 'content-length': body.length },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');
    secure.close();
    expect(response.statusCode).toBe(200);
    expect(response.headers['set-cookie']![0]).toContain('; Secure;');
  });

  it('signing out ends the session on the server too', async () => {
    const browser = await rest.staff();
    const thief = rest.stranger();
    thief.cookies.set('muster_session', browser.cookies.get('muster_session')!);
    expect((await thief.send('GET', '/api/v1/people')).status).toBe(200);
    expect((await browser.send('DELETE', '/api/v1/session')).status).toBe(204);
    expect(browser.cookies.has('muster_session')).toBe(false);
    expect((await thief.send('GET', '/api/v1/people')).status).toBe(401);
  });

  it("every sign-in starts a new session and ends the browser's previous one", async () => {
    const browser = await rest.staff();
    const old = browser.cookies.get('muster_session')!;
    await browser.send('POST', '/api/v1/session', { username: 'ada', password: PASSWORD });
    expect(browser.cookies.get('muster_session')).not.toBe(old);
    browser.cookies.set('muster_session', old);
    expect((await browser.send('GET', '/api/v1/people')).status).toBe(401);
  });

  it('sign-in attempts are rate-limited', async () => {
    await services.accountId();
    const server = rest;
    const guess = (i: number) =>
      server.stranger().send('POST', '/api/v1/session', { username: `ada-${i}`, password: `guess ${i}` });
    for (let i = 0; i < 10; i++) expect((await guess(i)).status).toBe(401);
    const responses = [await guess(10), await guess(11)];
    // One more attempt may have been refilled in the meantime.
    const refused = responses.find(({ status }) => status === 429)!;
    expect(await problemOf(refused)).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('people', () => {
  it('people are created, read, changed, searched and erased', async () => {
    const staff = await rest.staff();
    const created = await staff.send('POST', '/api/v1/people', {
      number: 'H-1',
      givenName: ' Hedy ',
      familyName: 'Lamarr',
      startDate: '',
    });
    expect(created.status).toBe(201);
    const person = (await created.json()) as PersonView;
    expect(created.headers.get('location')).toBe(`/api/v1/people/${person.id}`);
    expect(person).toMatchObject({
      displayName: 'Hedy Lamarr',
      startDate: null,
      consent: null,
      enrollment: null,
    });

    const url = `/api/v1/people/${person.id}`;
    await services.addDepartment('Radio');
    expect(await staff.json('PATCH', url, { department: 'Radio' })).toMatchObject({ department: 'Radio' });
    expect(await staff.json('GET', url)).toMatchObject({ givenName: 'Hedy', department: 'Radio' });
    expect(await staff.json('GET', '/api/v1/people?search=lamarr%20radio')).toMatchObject({
      people: [{ id: person.id }],
    });

    const { version, texts } = await staff.json<ConsentTextsView>('GET', '/api/v1/consent-texts');
    expect(texts.map(({ language }) => language)).toEqual(['de', 'en', 'fr']);
    expect(texts.every(({ text }) => text.length > 500)).toBe(true);
    const consented = await staff.json<PersonView>('POST', `${url}/consents`, {
      version,
      language: 'fr',
      method: 'on-paper',
    });
    expect(consented.consent).toMatchObject({ version, current: true });

    expect((await staff.send('DELETE', `${url}/consents/current`)).status).toBe(200);
    expect(await staff.json('GET', url)).toMatchObject({ consent: null });
    expect((await staff.send('DELETE', url)).status).toBe(200);
    expect((await staff.send('GET', url)).status).toBe(404);
    expect((await staff.send('DELETE', url)).status).toBe(404);
  });

  it('all invalid fields of a person are reported at once, each with its field', async () => {
    const staff = await rest.staff();
    const problem = await problemOf(
      await staff.send('POST', '/api/v1/people', { givenName: 'A', email: 'no', salary: 1, familyName: 2 }),
    );
    expect(problem.faults!.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'number is missing',
      'familyName is not of type string',
      'email is not an e-mail address such as ada@example.org',
      'salary is not known',
    ]);
  });

  it('an employee number that is taken is a conflict on that field', async () => {
    const staff = await rest.staff();
    const input = { number: 'H-2', givenName: 'A', familyName: 'B' };
    await staff.send('POST', '/api/v1/people', input);
    const problem = await problemOf(await staff.send('POST', '/api/v1/people', { ...input, number: 'h-2' }));
    expect(problem).toMatchObject({ status: 409, code: 'conflict', faults: [{ path: 'number' }] });
  });
});

describe('devices', () => {
  it('devices are paired by a code, see their own identity, and end when revoked', async () => {
    const staff = await rest.staff();
    const device = await rest.station(staff);
    const { actor } = await device.json<SessionView>('GET', '/api/v1/session');
    expect(actor).toMatchObject({ kind: 'device', name: 'Front door', deviceKind: 'station' });
    const { devices } = await staff.json<{ devices: { id: string }[] }>('GET', '/api/v1/devices');
    const { deviceId } = actor as { deviceId: string };
    expect(devices.map(({ id }) => id)).toContain(deviceId);

    const changed = await staff.json('PATCH', `/api/v1/devices/${deviceId}`, { settings: { sound: false } });
    expect(changed).toMatchObject({ settings: { sound: false, mode: 'auto' } });
    const wrong = await problemOf(
      await staff.send('PATCH', `/api/v1/devices/${deviceId}`, {
        settings: { mode: 'sideways', minGap: -1 },
      }),
    );
    expect(wrong.faults!.map(({ path }) => path)).toEqual(['settings.mode', 'settings.minGap']);

    expect((await staff.send('DELETE', `/api/v1/devices/${deviceId}`)).status).toBe(204);
    expect(await device.json('GET', '/api/v1/session')).toMatchObject({ actor: null });
  });

  it("a device's cookie lasts as long as browsers allow and is renewed on use", async () => {
    const device = await rest.station(await rest.staff());
    const response = await device.send('GET', '/api/v1/session?as=device');
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^muster_device=[\w-]{43}; Max-Age=34560000; .*HttpOnly; SameSite=Strict$/);
  });

  it('a device can unpair itself', async () => {
    const staff = await rest.staff();
    const device = await rest.station(staff);
    const credential = device.cookies.get('muster_device')!;
    expect((await device.send('DELETE', '/api/v1/device')).status).toBe(204);
    expect(device.cookies.size).toBe(0);
    device.cookies.set('muster_device', credential);
    expect(await device.json('GET', '/api/v1/session')).toMatchObject({ actor: null });
    expect((await device.send('DELETE', '/api/v1/device')).status).toBe(204);
  });

  it('a device and an account can share a browser, and each request says which one is asking', async () => {
    const browser = await rest.staff();
    const device = await rest.station(browser);
    browser.cookies.set('muster_device', device.cookies.get('muster_device')!);
    const kindAs = async (query: string) =>
      (await browser.json<SessionView>('GET', `/api/v1/session${query}`)).actor?.kind ?? null;
    expect(await kindAs('')).toBe('account');
    expect(await kindAs('?as=account')).toBe('account');
    expect(await kindAs('?as=device')).toBe('device');
    browser.cookies.delete('muster_session');
    expect(await kindAs('')).toBe('device');
    expect(await kindAs('?as=account')).toBeNull();
  });

  it('pairing attempts are rate-limited', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++)
      statuses.push((await rest.stranger().send('POST', '/api/v1/device', { code: 'ABCDEFGH' })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(404), 429, 429]);
  });
});

describe('attendance', () => {
  it('attendance lists one day', async () => {
    const staff = await rest.staff();
    expect(await staff.json('GET', '/api/v1/attendance?date=2026-11-23')).toMatchObject({
      date: '2026-11-23',
      days: [],
    });
    const today = await staff.json<{ date: string }>('GET', '/api/v1/attendance');
    expect(today.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    const wrong = await problemOf(await staff.send('GET', '/api/v1/attendance?date=yesterday'));
    expect(wrong).toMatchObject({ status: 422, faults: [{ path: 'date' }] });
  });
});
