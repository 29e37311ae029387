/**
 * Tests for every role, device and token which routes and socket methods it may use. The expected permissions are written
 * out here as a reviewed decision. The test fails for a new route or method until its permissions are listed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UPRIGHT } from '#protocol/devices.ts';
import type { Endpoint } from '#protocol/endpoint.ts';
import { API, ENDPOINTS } from '#protocol/endpoints.ts';
import { STAFF_ROLES, TOKEN_SCOPES } from '#protocol/permissions.ts';
import type { Actor } from '#protocol/session.ts';
import { type Method, type RequestData, requestSchemas } from '#protocol/signaling.ts';
import { Account } from '../../server/db/entities/account.ts';
import { DEVICE_COOKIE, INVITATION_COOKIE, SESSION_COOKIE } from '../../server/perimeter/cookies.ts';
import { METHOD_PERMISSIONS } from '../../server/signaling/permissions.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { Browser, RestServer } from '../support/rest-server.ts';
import { SignalingHarness } from '../support/signaling-harness.ts';

const EVERYONE = [
  'owner',
  'hr',
  'manager',
  'viewer',
  'employee',
  'suspended',
  'station',
  'camera',
  'invited',
  'token',
  'stranger',
] as const;
type Asker = (typeof EVERYONE)[number];
type Socketed = Exclude<Asker, 'token' | 'stranger'>;

const everyone = EVERYONE.join(' ');
const staff = 'owner hr manager viewer';
/** `suspended`: an employee who is. */
const accounts = `${staff} employee suspended`;
/** `fresh`: only who proved in the last minutes who it is. `token`: one with every scope there is. */
const DECIDED: Record<string, string> = {
  'GET /health': everyone,
  'GET /health/live': everyone,
  'GET /health/ready': everyone,
  'GET /metrics': 'owner token',
  'POST /clock-steps/:id/acknowledgement': 'owner',
  'GET /openapi.json': everyone,
  'GET /reference': everyone,
  'POST /client-faults': everyone,

  'GET /session': everyone,
  'POST /session': everyone,
  'DELETE /session': everyone,
  'POST /session/proof': accounts,
  'POST /setup': everyone,
  'GET /oidc': everyone,
  'GET /oidc/sign-in': everyone,
  'GET /oidc/callback': everyone,
  'POST /invitation': everyone,
  'POST /device': everyone,
  'DELETE /device': everyone,
  'POST /claims': everyone,

  'GET /account': accounts,
  'PUT /account/password': accounts,
  'DELETE /account/sessions': accounts,
  'DELETE /account/sessions/:id': accounts,
  'POST /account/second-factor': `${accounts} fresh`,
  'PUT /account/second-factor': `${accounts} fresh`,
  'DELETE /account/second-factor': `${accounts} fresh`,
  'POST /account/recovery-codes': `${accounts} fresh`,

  'GET /people/:id/account': 'owner hr',
  'POST /people/:id/account': 'owner hr fresh',
  'POST /people/:id/account/invitation': 'owner hr fresh',
  'PUT /people/:id/account': 'owner hr fresh',
  'GET /own': 'employee',
  'GET /own/month': 'employee',
  'GET /own/month/file': 'employee',
  'GET /own/timesheet': 'employee',
  'GET /own/plan': 'employee',
  'GET /own/balance': 'employee',
  'GET /own/vacation': 'employee',
  'GET /own/absence-requests': 'employee',
  'POST /own/absence-requests': 'employee',
  'GET /own/absence-requests/:id': 'employee',
  'DELETE /own/absence-requests/:id': 'employee',
  'GET /own/corrections': 'employee',
  'POST /own/corrections': 'employee',
  'GET /own/corrections/:id': 'employee',
  'DELETE /own/corrections/:id': 'employee',
  'GET /own/consents': 'employee suspended',
  'POST /own/consents': 'employee',
  'GET /own/consent-texts': 'employee',
  'DELETE /own/consents/current': 'employee suspended',
  'POST /own/export': 'employee suspended fresh',

  'GET /accounts': 'owner',
  'POST /accounts': 'owner fresh',
  'GET /accounts/:id': 'owner',
  'PATCH /accounts/:id': 'owner fresh',
  'POST /accounts/:id/invitation': 'owner fresh',
  'POST /accounts/:id/invitation/mail': 'owner hr fresh',
  'DELETE /accounts/:id/second-factor': 'owner fresh',
  'GET /tokens': 'owner',
  'POST /tokens': 'owner fresh',
  'GET /tokens/:id': 'owner',
  'DELETE /tokens/:id': 'owner fresh',

  'GET /webhooks': 'owner',
  'POST /webhooks': 'owner fresh',
  'GET /webhooks/:id': 'owner',
  'PUT /webhooks/:id': 'owner fresh',
  'DELETE /webhooks/:id': 'owner fresh',
  'POST /webhooks/:id/secret': 'owner fresh',
  'POST /webhooks/:id/test': 'owner',
  'GET /webhooks/:id/deliveries': 'owner',
  'POST /webhook-deliveries/:id/redeliver': 'owner',
  'POST /webhook-deliveries/:id/give-up': 'owner',

  'GET /people': 'owner hr token',
  'POST /people': 'owner hr token',
  'GET /people/reenrollment': 'owner hr token',
  'GET /people/:id': 'owner hr token',
  'PATCH /people/:id': 'owner hr token',
  'DELETE /people/:id': 'owner hr fresh',
  'GET /people/:id/merge': 'owner hr',
  'POST /people/:id/merge': 'owner hr fresh',
  'POST /people/:id/consents': 'owner hr',
  'DELETE /people/:id/consents/current': 'owner hr',
  'GET /people/:id/consents': 'owner hr token',
  'GET /people/:id/passes': 'owner hr token',
  'PUT /people/:id/pin': 'owner hr',
  'DELETE /people/:id/pin': 'owner hr',
  'PUT /people/:id/badge': 'owner hr',
  'DELETE /people/:id/badge': 'owner hr',
  'POST /people/:id/export': 'owner hr fresh',
  'GET /people/count': 'owner hr token',
  'POST /people/acts/department': 'owner hr token',
  'POST /people/acts/status': 'owner hr token',
  'POST /people/acts/rota': 'owner hr token',
  'POST /people/acts/invitations': 'owner hr',
  'GET /departments': 'owner hr token',
  'POST /departments': 'owner hr token',
  'GET /departments/:id': 'owner hr token',
  'PATCH /departments/:id': 'owner hr token',
  'POST /departments/:id/joining': 'owner hr token',
  'DELETE /departments/:id': 'owner hr token',
  'GET /mail': 'owner hr manager token',
  'POST /mail/test': 'owner',
  'POST /enrollment-invitations/:id/mail': 'owner hr',
  'GET /enrollment-invitations': 'owner hr',
  'POST /enrollment-invitations': 'owner hr',
  'GET /enrollment-invitations/:id': 'owner hr',
  'DELETE /enrollment-invitations/:id': 'owner hr',
  'POST /enrollment-invitations/:id/confirmation': 'owner hr',
  'POST /enrollment-invitations/:id/rejection': 'owner hr',
  'POST /self-enrollment/session': everyone,
  'GET /self-enrollment': 'invited',
  'POST /self-enrollment/consent': 'invited',
  'POST /self-enrollment/refusal': 'invited',
  'GET /consent-texts': 'owner hr token',
  'GET /consent-texts/draft': 'owner hr',
  'PATCH /consent-texts/draft': 'owner hr',
  'DELETE /consent-texts/draft': 'owner hr',
  'GET /consent-texts/version': 'owner hr',
  'GET /consent-texts/versions': 'owner hr',
  'POST /consent-texts/versions': 'owner hr fresh',
  'GET /retention': 'owner',

  'GET /attendance': `${staff} token`,
  'GET /attendance/report': `${staff} token`,
  'GET /attendance/summary': `${staff} token`,
  'GET /people/:id/timesheet': `${staff} token`,
  'GET /punches': `${staff} token`,
  'GET /corrections': 'owner hr manager',
  'POST /corrections': 'owner hr manager',
  'GET /corrections/:id': 'owner hr manager',
  'DELETE /corrections/:id': 'owner hr manager',
  'POST /corrections/:id/decision': 'owner hr manager',
  'GET /refused-punches': 'owner hr manager',
  'POST /refused-punches/:id/decision': 'owner hr manager',
  'GET /closings': 'owner hr manager',
  'GET /closings/preview': 'owner hr manager',
  'POST /closings': 'owner hr',
  'GET /closings/:id': 'owner hr manager',
  'POST /closings/:id/reopening': 'owner fresh',
  'GET /decisions': 'owner hr',
  'GET /decisions/:id': 'owner hr',
  'GET /punches/:id/decision': 'owner hr',
  'GET /refused-punches/:id/decision': 'owner hr',
  'GET /settings': 'owner',
  'PATCH /settings': 'owner',
  'GET /sites': staff,
  'POST /sites': 'owner',
  'GET /sites/:id': staff,
  'PATCH /sites/:id': 'owner',
  'POST /sites/:id/preview': 'owner',
  'GET /punches/:id': `${staff} token`,
  'GET /punches/:id/snapshot': 'owner hr',

  'GET /presence': `${staff} token`,
  'GET /roll-calls': 'owner hr manager',
  'POST /roll-calls': 'owner hr manager',
  'GET /roll-calls/:id': 'owner hr manager',
  'POST /roll-calls/:id/ticks': 'owner hr manager',
  'GET /roll-calls/:id/ticks': 'owner hr manager',
  'POST /roll-calls/:id/ending': 'owner hr manager',

  'GET /shifts': 'owner hr manager token',
  'POST /shifts': 'owner hr token',
  'GET /shifts/:id': 'owner hr manager token',
  'PATCH /shifts/:id': 'owner hr token',
  'DELETE /shifts/:id': 'owner hr token',
  'GET /rotas': 'owner hr manager token',
  'POST /rotas': 'owner hr token',
  'GET /rotas/:id': 'owner hr manager token',
  'PATCH /rotas/:id': 'owner hr token',
  'DELETE /rotas/:id': 'owner hr token',
  'GET /assignments': 'owner hr manager token',
  'POST /assignments': 'owner hr token',
  'GET /assignments/:id': 'owner hr manager token',
  'PATCH /assignments/:id': 'owner hr token',
  'DELETE /assignments/:id': 'owner hr token',
  'GET /exceptions': 'owner hr manager token',
  'POST /exceptions': 'owner hr token',
  'GET /exceptions/:id': 'owner hr manager token',
  'PATCH /exceptions/:id': 'owner hr token',
  'DELETE /exceptions/:id': 'owner hr token',
  'GET /absences': 'owner hr manager token',
  'POST /absences': 'owner hr token',
  'GET /absences/:id': 'owner hr manager token',
  'PATCH /absences/:id': 'owner hr token',
  'DELETE /absences/:id': 'owner hr token',
  'GET /absence-requests': 'owner hr manager',
  'GET /absence-requests/:id': 'owner hr manager',
  'POST /absence-requests/:id/decision': 'owner hr manager',
  'GET /balance-entries': 'owner hr manager token',
  'POST /balance-entries': 'owner hr',
  'GET /balance-entries/:id': 'owner hr manager token',
  'DELETE /balance-entries/:id': 'owner hr token',
  'GET /holidays': 'owner hr manager token',
  'POST /holidays': 'owner hr token',
  'POST /holidays/import': 'owner hr token',
  'GET /holidays/:id': 'owner hr manager token',
  'PATCH /holidays/:id': 'owner hr token',
  'POST /holidays/import/preview': 'owner hr token',
  'GET /holiday-places': 'owner hr manager viewer',
  'DELETE /holidays/:id': 'owner hr token',
  'GET /people/:id/month': 'owner hr manager token',
  'POST /people/:id/month/mail': 'owner hr manager',
  'GET /payroll-profiles': 'owner hr',
  'POST /payroll-profiles': 'owner hr',
  'GET /payroll-profiles/:id': 'owner hr',
  'PATCH /payroll-profiles/:id': 'owner hr',
  'DELETE /payroll-profiles/:id': 'owner hr',
  'GET /payroll-profiles/:id/file': 'owner hr',
  'GET /people/file': 'owner hr token',
  'POST /people/imports': 'owner hr token',
  'POST /people/imports/preview': 'owner hr token',
  'GET /reports/file': 'owner hr manager token',
  'GET /reports/balances': 'owner hr manager token',
  'GET /reports/departments': 'owner hr manager token',
  'GET /reports/occupancy': 'owner hr manager token',
  'GET /reports/people': 'owner hr manager token',
  'GET /reports/punctuality': 'owner hr manager token',
  'GET /people/:id/plan': 'owner hr manager token',
  'GET /people/:id/balance': 'owner hr manager token',
  'GET /people/:id/vacation': 'owner hr manager token',
  'PUT /people/:id/vacation': 'owner hr token',

  'GET /devices': 'owner hr token',
  'POST /devices/pairing-codes': 'owner',
  'POST /devices/rtsp': 'owner',
  'POST /devices/encoders': 'owner',
  'POST /devices/:id/token': 'owner',
  'GET /devices/:id': 'owner hr token',
  'PATCH /devices/:id': 'owner',
  'PATCH /devices/:id/rtsp': 'owner',
  'DELETE /devices/:id': 'owner',
  'GET /recognition': 'owner hr token',

  'GET /events': 'owner hr token',

  'GET /audit': 'owner',
  'GET /audit/export': 'owner fresh',
  'POST /audit/verify': 'owner',
};

const sockets = 'owner hr manager viewer station camera invited';
const publishers = 'owner hr station camera invited';
const capturers = 'owner hr invited';
const DECIDED_METHODS: Record<Method, string> = {
  hello: sockets,
  ping: sockets,
  'device.prove': publishers,
  'device.register-key': 'station',
  'media.join': publishers,
  'media.leave': publishers,
  'media.create-transport': publishers,
  'media.connect-transport': publishers,
  'media.restart-ice': publishers,
  'media.produce': publishers,
  'media.consume-results': publishers,
  'media.replay-events': publishers,
  'enrollment.start': capturers,
  'enrollment.continue': capturers,
  'enrollment.restart': capturers,
  'enrollment.cancel': capturers,
  'enrollment.save': capturers,
  'punch.identify': 'station',
  'punch.tell-apart': 'station',
  'punch.state': 'station',
  'cameras.subscribe': 'owner hr',
  'view.join': 'owner hr',
  'view.open': 'owner hr',
  'view.connect': 'owner hr',
  'view.adjust': 'owner hr',
  'view.close': 'owner hr',
  'cameras.unsubscribe': 'owner hr',
  'presence.subscribe': staff,
  'presence.unsubscribe': staff,
};

const SOME_ID = '00000000-0000-4000-8000-000000000000';
const endpoints: Endpoint[] = Object.values(ENDPOINTS);
const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const names = endpoints.map(nameOf);

let services: DataServices;
let ids: Record<string, string>;
let bearer: string;

beforeAll(async () => {
  services = await openDataServices();
  const owner = await services.accountId();
  ids = { owner };
  await services.addDepartment('Lab');
  for (const role of STAFF_ROLES.slice(1)) {
    const { directory } = services.accounts;
    const { account } = await directory.invite({
      username: `the-${role}`,
      name: role,
      role,
      department: 'Lab',
    });
    ids[role] = account.id;
  }
  for (const employee of ['employee', 'suspended'] as const) {
    const { id } = await services.addPerson();
    ids[employee] = (await services.employees.give(id, { username: `the-${employee}` })).account.id;
    if (employee === 'suspended') await services.people.update(id, { status: 'suspended' });
  }
  const scopes = [...TOKEN_SCOPES];
  bearer = (await services.accounts.tokens.create({ name: 'All', scopes, days: 1 }, { accountId: owner }))
    .secret;
});
afterAll(() => services.close());

/** Cookies of a new session, a new device or a link that was opened. */
async function cookieOf(asker: Socketed): Promise<[name: string, value: string]> {
  if (asker === 'station' || asker === 'camera') {
    const by = { accountId: ids['owner']! };
    const { code } = await services.devices.createPairing({ kind: asker, name: asker, settings: {} }, by);
    return [DEVICE_COOKIE, (await services.devices.pair(code)).token];
  }
  if (asker === 'invited') {
    const by = { accountId: ids['owner']! };
    const { id: personId } = await services.addPerson();
    const { token } = await services.invitations.create({ personId, days: 1 }, by);
    return [INVITATION_COOKIE, (await services.selfEnrollment.open(token)).token];
  }
  const account = await services.database.fork().findOneOrFail(Account, ids[asker]!);
  return [SESSION_COOKIE, (await services.accounts.sessions.open(account)).token];
}

/** Whether the table refused it, before anything else had a say; the words are the guard's. */
async function refusal(response: Response): Promise<string | null> {
  if (response.status !== 401 && response.status !== 403) return null;
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  const byTheTable =
    /^(Sign in first|This needs the permission|A device may not|An invitation may do|This is for signed-in staff|You are suspended)/;
  return byTheTable.test(detail) ? code : null;
}

describe('access to endpoints', () => {
  let rest: RestServer;

  beforeEach(async () => {
    rest = await RestServer.start(services);
  });
  afterEach(() => rest.stop());

  async function answer(asker: Asker, method: string, path: string): Promise<Response> {
    const browser = new Browser(rest.origin);
    if (asker !== 'token' && asker !== 'stranger') browser.cookies.set(...(await cookieOf(asker)));
    // As through a proxy: this machine itself may do more than that.
    const headers = {
      'x-forwarded-for': '192.0.2.7',
      ...(asker === 'token' && { authorization: `Bearer ${bearer}` }),
    };
    return browser.send(method, `${API}${path.replace(':id', SOME_ID)}`, undefined, headers);
  }

  it('every endpoint has a decision about its access, and every decision has an endpoint', () => {
    expect(names.toSorted()).toEqual(Object.keys(DECIDED).toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  it('sensitive endpoints need a fresh proof of identity', () => {
    const fresh = endpoints.filter(({ proof }) => proof === 'fresh').map(nameOf);
    const decided = Object.keys(DECIDED).filter((name) => DECIDED[name]!.includes('fresh'));
    expect(fresh.toSorted()).toEqual(decided.toSorted());
  });

  it.each(endpoints.map(({ method, path }) => [method, path] as const))(
    '%s %s lets in exactly the callers that it is decided for',
    async (method, path) => {
      const decided = DECIDED[`${method} ${path}`]?.split(' ') ?? [];
      const seen: Record<string, string | null> = {};
      const expected: Record<string, string | null> = {};
      for (const asker of EVERYONE) {
        seen[asker] = await refusal(await answer(asker, method, path));
        expected[asker] = decided.includes(asker)
          ? null
          : asker === 'stranger'
            ? 'unauthenticated'
            : 'forbidden';
      }
      expect(seen).toEqual(expected);
    },
  );

  it('no endpoint shows people to a device, an invited person or an employee', async () => {
    for (const device of ['station', 'camera', 'invited', 'employee', 'suspended'] as const) {
      for (const { method, path } of endpoints.filter((endpoint) =>
        /^\/(people|attendance|consent-texts|enrollment-invitations|punches|presence|roll-calls)/.test(
          endpoint.path,
        ),
      )) {
        let refused = await answer(device, method, path);
        // There are more endpoints than one caller may ask at once.
        while (refused.status === 429) {
          await sleep(100);
          refused = await answer(device, method, path);
        }
        expect(refused.status).toBe(403);
      }
    }
  });
});

describe('access to socket requests', () => {
  let harness: SignalingHarness;

  beforeAll(async () => {
    harness = await SignalingHarness.create({
      authenticate: async (request) => {
        const [, asker] = /asker=(\w+)/.exec(request.headers.cookie ?? '') ?? [];
        return actors[asker as Socketed];
      },
    });
  });
  afterAll(() => harness.close());

  const actors = Object.fromEntries(
    (['owner', 'hr', 'manager', 'viewer'] as const).map((role) => [
      role,
      { kind: 'account' as const, accountId: role, name: role, username: role, role, department: null },
    ]),
  ) as Record<Socketed, Actor>;
  const site = { id: SOME_ID, name: 'London', timeZone: 'Europe/London', viewing: true };
  for (const [employee, status] of [
    ['employee', 'active'],
    ['suspended', 'suspended'],
  ] as const) {
    const names = { accountId: employee, name: employee, username: employee };
    const person = { id: SOME_ID, status };
    actors[employee] = { kind: 'account', ...names, role: 'employee', department: null, person };
  }
  for (const device of ['station', 'camera'] as const) {
    const settings = {
      mode: 'auto',
      minGap: 0,
      minFace: 0.08,
      wish: 'kiosk',
      mounting: UPRIGHT,
      zone: null,
      rate: null,
      hours: null,
      names: 'full',
      times: true,
      recentEvents: 0,
      sound: false,
      ownCamera: true,
      station: null,
      language: 'auto',
    } as const;
    actors[device] = { kind: 'device', deviceId: device, name: device, deviceKind: device, site, settings };
  }
  actors.invited = { kind: 'invitation', invitationId: 'invited', personId: 'p', name: 'invited' };
  const transport = { transportId: 'x' };
  const enrollment = { enrollmentId: 'x' };
  const samples: { [M in Method]: RequestData<M> } = {
    hello: { protocol: 1 },
    ping: {},
    'device.prove': { signature: 'AA' },
    'device.register-key': { publicKey: 'AA' },
    'media.join': {},
    'media.leave': {},
    'media.create-transport': { direction: 'send' },
    'media.connect-transport': { ...transport, dtlsParameters: { fingerprints: [] } },
    'media.restart-ice': transport,
    'media.produce': { ...transport, kind: 'video', rtpParameters: { codecs: [] } },
    'media.consume-results': transport,
    'media.replay-events': {},
    'enrollment.start': { personId: 'p' },
    'enrollment.continue': enrollment,
    'enrollment.restart': enrollment,
    'enrollment.cancel': enrollment,
    'enrollment.save': enrollment,
    'punch.tell-apart': { ask: SOME_ID, number: '1' },
    'punch.state': { punchId: SOME_ID, says: 'out' },
    'punch.identify': { requestId: SOME_ID, pass: { type: 'pin', number: '1', pin: '0000' } },
    'cameras.subscribe': {},
    'view.join': {},
    'view.open': { cameraId: 'none', rtpCapabilities: {} },
    'view.connect': { transportId: 'none', dtlsParameters: { fingerprints: [] } },
    'view.adjust': { cameraId: 'none', paused: true, rows: 0 },
    'view.close': { cameraId: 'none' },
    'cameras.unsubscribe': {},
    'presence.subscribe': {},
    'presence.unsubscribe': {},
  };
  const methods = Object.keys(requestSchemas) as Method[];

  it('every socket method has a decision about its access', () => {
    expect(Object.keys(METHOD_PERMISSIONS).toSorted()).toEqual(methods.toSorted());
    expect(Object.keys(DECIDED_METHODS).toSorted()).toEqual(methods.toSorted());
  });

  it.each(Object.keys(actors) as Socketed[])(
    '%s can make exactly the socket requests of their role',
    async (asker) => {
      // Who may not even say hello gets no further.
      const refusals = new Set(['You are not allowed to do this.', 'The first request must be hello.']);
      const greets = DECIDED_METHODS.hello.split(' ').includes(asker);
      const cookie = `asker=${asker}`;
      const peer = await (greets ? harness.connectWith(cookie) : harness.openWith(cookie));
      const refused: Method[] = [];
      for (const method of methods) {
        const said = await peer.request(method, samples[method] as never).then(
          () => '',
          (error: { message: string }) => error.message,
        );
        if (refusals.has(said)) refused.push(method);
      }
      expect(refused).toEqual(
        methods.filter((method) => !DECIDED_METHODS[method].split(' ').includes(asker)),
      );
    },
  );
});
