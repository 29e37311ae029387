/** Who is in the building, and roll calls, on PostgreSQL and over the API. Each test continues the last one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type {
  PresenceView,
  RollCallsView,
  RollCallTicksView,
  RollCallView,
  TickAnswers,
} from '#protocol/roll-calls.ts';
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { SiteView } from '#protocol/sites.ts';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { RollCallTick } from '../../server/db/entities/roll-call.ts';
import { PresenceBoard } from '../../server/rollcall/presence-board.ts';
import { PresenceFeed } from '../../server/rollcall/presence-feed.ts';
import { RollCallService } from '../../server/rollcall/roll-call-service.ts';
import type { PresenceReport } from '../../server/signaling/presence-watch.ts';
import { HOUR, MINUTE } from '../../server/time/durations.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday morning in Paris. */
let now = Date.parse('2026-11-23T09:00:00+01:00');
let services: DataServices;
let rest: RestServer;
/** Two wardens: an owner, and a manager of the Lab. */
let owner: Browser;
let manager: Browser;
let viewer: Browser;
/** Everybody may leave and come at these: the site says `in-and-out`. */
let door: SightingDevice;
let annexDoor: SightingDevice;
let annex: SiteView;
let ada: PersonView;
let grace: PersonView;
let emma: PersonView;
let alan: PersonView;

beforeAll(async () => {
  services = await openDataServices({ now: () => now });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  manager = await rest.member(owner, 'manager', 'Lab');
  viewer = await rest.member(owner, 'viewer');
  const main = (await services.sites.list())[0]!;
  await services.sites.update(main.id, { reading: 'in-and-out', name: 'Main' });
  annex = await services.sites.create({ name: 'Annex', timeZone: 'Europe/Paris', reading: 'first-and-last' });
  door = doorOf(await services.addDevice('Front door'));
  const back = await services.addDevice('Annex door');
  await services.devices.update(back.deviceId, { siteId: annex.id });
  annexDoor = doorOf(services.devices.door(back.deviceId)!);
  const add = (givenName: string, department: string, more = {}) =>
    services.addPerson({ givenName, familyName: 'Test', department, ...more });
  ada = await add('Ada', 'Lab');
  grace = await add('Grace', 'Shop');
  emma = await add('Emma', 'Lab', { siteId: annex.id });
  alan = await add('Alan', 'Shop');
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

let sightings = 0;
async function pass({ id: personId }: PersonView, at = door): Promise<void> {
  now += 5 * MINUTE;
  sightings += 1;
  const sighting = { id: `s${sightings}`, cameraId: 'c', track: sightings, personId, at: now, live: null };
  await services.attendance.record({ ...sighting, similarity: 0.9, margin: 0.3, frames: 5 }, at);
}

const presence = (browser: Browser, since?: string) =>
  browser.json<PresenceView>('GET', `/api/v1/presence${since ? `?since=${since}` : ''}`);
const state = async ({ id }: PersonView) =>
  (await presence(owner)).people.find(({ person }) => person.id === id)?.state;
const names = (people: readonly { person: { displayName: string } }[]) =>
  people.map(({ person }) => person.displayName.split(' ')[0]);
const rollCall = (browser: Browser, id: string, since = 0) =>
  browser.json<RollCallView>('GET', `/api/v1/roll-calls/${id}?since=${since}`);

const start = (browser: Browser) =>
  browser.json<RollCallView>('POST', '/api/v1/roll-calls', { siteId: null });

interface Tick {
  sequence: number;
  person: string;
  says: TickSays;
  at: string;
}
const tick = (sequence: number, { id: person }: PersonView, says: TickSays, at = now): Tick => ({
  sequence,
  person,
  says,
  at: new Date(at).toISOString(),
});
const deliver = async (browser: Browser, id: string, client: string, ticks: readonly Tick[]) =>
  (await browser.json<TickAnswers>('POST', `/api/v1/roll-calls/${id}/ticks`, { client, ticks })).answers;
const stateOf = ({ people }: RollCallView) =>
  Object.fromEntries(people.map(({ person, tick: last }) => [person.displayName.split(' ')[0], last?.says]));

describe('who is in the building', () => {
  it('is whoever came in and has not left, with door, site and time', async () => {
    expect((await presence(owner)).people).toEqual([]);
    await pass(ada);
    const came = new Date(now).toISOString();
    await pass(grace);
    await pass(grace);
    await pass(emma, annexDoor);
    await pass(emma, annexDoor);
    const { people, whole, sites } = await presence(owner);
    expect(whole).toBe(true);
    expect(sites.map(({ name }) => name)).toEqual(['Main', 'Annex']);
    expect(people).toMatchObject([
      {
        person: { id: ada.id },
        siteId: sites[0]!.id,
        state: 'in',
        since: came,
        seenAt: came,
        door: 'Front door',
      },
      // The door of the annex does not know directions: whether Emma is still there is not known.
      { person: { id: emma.id }, siteId: annex.id, state: 'uncertain', door: 'Annex door' },
    ]);
    expect(people[1]!.seenAt).toBe(new Date(now).toISOString());
  });

  it('a viewer sees everybody, and a manager the own department only', async () => {
    await pass(grace);
    expect(names((await presence(viewer)).people)).toEqual(['Ada', 'Emma', 'Grace']);
    expect(names((await presence(manager)).people)).toEqual(['Ada', 'Emma']);
  });

  it('a page that names its state gets only who has come, left or moved to another department since', async () => {
    const { serial } = await presence(owner);
    expect(await presence(owner, serial)).toMatchObject({ serial, whole: false, people: [], gone: [] });
    await pass(ada);
    await pass(alan);
    const news = await presence(owner, serial);
    expect(names(news.people)).toEqual(['Alan']);
    expect(news.gone).toEqual([ada.id]);
    await services.people.update(emma.id, { department: 'Shop' });
    expect(await presence(manager, news.serial)).toMatchObject({ people: [], gone: [emma.id] });
    await services.people.update(emma.id, { department: 'Lab' });
    expect((await presence(owner, 'of-another-server.3')).whole).toBe(true);
  });

  it('a stay that is longer than any stay may be is uncertain, and a suspended person stays in the list', async () => {
    await services.people.update(alan.id, { status: 'suspended' });
    expect(await state(alan)).toBe('in');
    const main = (await services.sites.list())[0]!;
    await services.sites.update(main.id, { longestStay: HOUR });
    now += HOUR + MINUTE;
    expect(await state(alan)).toBe('uncertain');
    await services.sites.update(main.id, { longestStay: main.longestStay });
    await services.people.update(alan.id, { status: 'active' });
    expect(await state(alan)).toBe('in');
  });
});

describe('a roll call', () => {
  let call: RollCallView;
  const [phone, tablet] = [randomUUID(), randomUUID()];

  it('begins with everybody who may be in the building, and is the same for two wardens who start it', async () => {
    const [first, second] = await Promise.all([start(owner), start(manager)]);
    expect(second.id).toBe(first.id);
    call = await rollCall(owner, first.id);
    expect(call).toMatchObject({ site: null, ended: null, whole: true });
    expect(names(call.people)).toEqual(['Alan', 'Emma', 'Grace']);
    expect(call.people.map(({ state }) => state)).toEqual(['in', 'uncertain', 'in']);
    expect((await presence(viewer)).rollCalls).toEqual([
      { id: call.id, siteId: null, startedAt: call.started.at },
    ]);
    // The manager stands at the assembly point, and needs the others too.
    expect(names((await rollCall(manager, call.id)).people)).toEqual(['Alan', 'Emma', 'Grace']);
  });

  it('of one site is a list of its own', async () => {
    now += MINUTE;
    const body = { siteId: annex.id };
    const other = await owner.json<RollCallView>('POST', '/api/v1/roll-calls', body);
    expect(other).toMatchObject({ site: 'Annex', siteId: annex.id });
    expect(names(other.people)).toEqual(['Emma']);
    await owner.json('POST', `/api/v1/roll-calls/${other.id}/ending`);
    const unknown = await owner.send('POST', '/api/v1/roll-calls', { siteId: randomUUID() });
    expect((await problemOf(unknown)).code).toBe('validation-failed');
  });

  it('counts a tick that is delivered twice once, and says so', async () => {
    const ticks = [tick(1, alan, 'safe'), tick(2, grace, 'missing')];
    expect(await deliver(owner, call.id, phone, ticks)).toEqual(['taken', 'taken']);
    const { version } = await rollCall(owner, call.id);
    expect(await deliver(owner, call.id, phone, [...ticks, ...ticks])).toEqual(Array(4).fill('already'));
    expect((await rollCall(owner, call.id)).version).toBe(version);
    expect(await services.database.fork().count(RollCallTick)).toBe(2);
  });

  it('shows each warden what has changed, and only that', async () => {
    const news = await rollCall(manager, call.id, call.version);
    expect(news.whole).toBe(false);
    expect(stateOf(news)).toEqual({ Alan: 'safe', Grace: 'missing' });
    expect(news.people[0]!.tick).toMatchObject({ by: 'Ada', client: phone, sequence: 1 });
    expect((await rollCall(manager, call.id, news.version)).people).toEqual([]);
  });

  it('lets the last tick by its own time win, whenever it comes, and keeps them all', async () => {
    const at = now;
    now += MINUTE;
    // The tablet was away: it ticked Grace after the phone did, and Alan before.
    const ticks = [tick(1, grace, 'safe', at + 1_000), tick(2, alan, 'missing', at - 1_000)];
    expect(await deliver(manager, call.id, tablet, ticks)).toEqual(['taken', 'taken']);
    expect(stateOf(await rollCall(owner, call.id))).toMatchObject({ Alan: 'safe', Grace: 'safe' });
    await deliver(owner, call.id, phone, [tick(3, alan, 'cleared')]);
    expect(stateOf(await rollCall(owner, call.id))).toMatchObject({ Alan: 'cleared' });
    const { ticks: all } = await owner.json<RollCallTicksView>('GET', `/api/v1/roll-calls/${call.id}/ticks`);
    expect(all.map(({ says, person, by }) => `${by}: ${says} ${person.displayName}`)).toEqual([
      'member-1: missing Alan Test',
      'Ada: safe Alan Test',
      'Ada: missing Grace Test',
      'member-1: safe Grace Test',
      'Ada: cleared Alan Test',
    ]);
  });

  it('no tick from a clock that is ahead beats those that are still to come', async () => {
    await deliver(owner, call.id, phone, [tick(4, alan, 'missing', now + HOUR)]);
    now += MINUTE;
    await deliver(manager, call.id, tablet, [tick(3, alan, 'safe')]);
    expect(stateOf(await rollCall(owner, call.id))).toMatchObject({ Alan: 'safe' });
  });

  it('takes up who comes later, keeps who leaves, and says where the doors saw them', async () => {
    const { version } = await rollCall(owner, call.id);
    await pass(ada);
    await pass(alan);
    const news = await rollCall(owner, call.id, version);
    expect(news.people).toMatchObject([
      { person: { id: ada.id }, state: 'in', added: true, tick: null },
      { person: { id: alan.id }, state: 'left', added: false, door: 'Front door', tick: { says: 'safe' } },
    ]);
    expect(names((await rollCall(owner, call.id)).people)).toEqual(['Ada', 'Alan', 'Emma', 'Grace']);
  });

  it('takes a person whom no door saw but a warden sees, and refuses one who does not exist', async () => {
    const guest = await services.addPerson({ givenName: 'Zoe', familyName: 'Test' });
    const nobody = { ...guest, id: randomUUID() };
    const ticks = [tick(5, guest, 'safe'), tick(6, nobody, 'safe')];
    expect(await deliver(owner, call.id, phone, ticks)).toEqual(['taken', 'refused']);
    expect((await rollCall(owner, call.id)).people.at(-1)).toMatchObject({
      person: { id: guest.id },
      state: 'unknown',
      siteId: null,
      since: null,
      tick: { says: 'safe' },
    });
  });

  it('reports each change to whoever looks, also one that another server made', async () => {
    const elsewhere = new PresenceBoard({
      database: services.database,
      attendance: services.attendanceQuery,
    });
    const { log, database } = services;
    const rollCalls = new RollCallService({ database, board: elsewhere, log, now: () => now });
    await using feed = Object.assign(
      new PresenceFeed({ database, board: elsewhere, rollCalls, log, period: 20 }),
      { [Symbol.asyncDispose]: async () => feed.close() },
    );
    const reports: PresenceReport[] = [];
    const leave = feed.follow((report) => reports.push(report));
    const versions = () =>
      reports.flatMap((one) => (one.notify === 'roll-call.changed' ? one.data.version : []));
    const { version } = await rollCall(owner, call.id);
    await expect.poll(versions).toContain(version);
    await deliver(owner, call.id, phone, [tick(7, ada, 'safe')]);
    await expect.poll(versions).toContain(version + 1);
    const before = reports.filter(({ notify }) => notify === 'presence.changed').length;
    await pass(grace);
    await expect
      .poll(() => reports.filter(({ notify }) => notify === 'presence.changed').length)
      .toBe(before + 1);
    leave();
  });

  it('ends for everybody, and takes what a browser had kept for a day', async () => {
    await manager.json('POST', `/api/v1/roll-calls/${call.id}/ending`);
    const ended = await owner.json<RollCallView>('POST', `/api/v1/roll-calls/${call.id}/ending`);
    expect(ended.ended).toEqual({ name: 'member-1', at: new Date(now).toISOString() });
    expect((await presence(owner)).rollCalls).toEqual([]);
    now += HOUR;
    expect(await deliver(manager, call.id, tablet, [tick(4, emma, 'safe', now - HOUR)])).toEqual(['taken']);
    // It is over: the manager sees the own department again.
    expect(names((await rollCall(manager, call.id)).people)).toEqual(['Ada', 'Emma']);
    expect(stateOf(await rollCall(owner, call.id))).toMatchObject({ Emma: 'safe', Ada: 'safe' });
    now += 24 * HOUR;
    const late = { client: tablet, ticks: [tick(5, emma, 'missing')] };
    const { rollCalls: service } = services;
    // The sessions of the browsers have ended meanwhile.
    const by = { accountId: await services.accountId() };
    await expect(service.tick(call.id, late, by)).rejects.toMatchObject({ code: 'wrong-state' });
    owner = await rest.staff();
    const { rollCalls } = await owner.json<RollCallsView>('GET', '/api/v1/roll-calls?limit=1');
    const { rollCalls: older } = await owner.json<RollCallsView>(
      'GET',
      `/api/v1/roll-calls?after=${rollCalls[0]!.id}`,
    );
    expect(
      [...rollCalls, ...older].map(({ site, expected, safe, missing }) => [site, expected, safe, missing]),
    ).toEqual([
      ['Annex', 1, 0, 0],
      [null, 5, 5, 0],
    ]);
  });

  it('that nobody ended is ended by the next start, hours later, so that its ticks do not count again', async () => {
    await pass(ada);
    const forgotten = await start(owner);
    await deliver(owner, forgotten.id, phone, [tick(8, ada, 'safe')]);
    expect((await start(owner)).id).toBe(forgotten.id);
    now += 12 * HOUR;
    owner = await rest.staff();
    expect((await presence(owner)).rollCalls).toEqual([]);
    const next = await start(owner);
    expect(next.id).not.toBe(forgotten.id);
    expect(stateOf(next)['Ada']).toBeUndefined();
    expect((await rollCall(owner, forgotten.id)).ended).not.toBeNull();
  });
});
