/** Why: what is kept of the decisions of the analyzers, for how long, and who may read it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Decision } from '../../server/db/entities/decision.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { RefusedPunch } from '../../server/db/entities/refused-punch.ts';
import type { FaceDecision, Sighting } from '#protocol/analyzer.ts';
import type { DecisionsView, DecisionSummary, DecisionView } from '#protocol/decisions.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const why: DecisionSummary = {
  span: 900,
  frames: { judged: 9, compared: 5, agreeing: 3, far: 1, turned: 0, dark: 0, poor: 0 },
  best: { similarity: 0.61, margin: 0.33, quality: 0.8 },
  live: null,
  challenge: null,
  thresholds: {
    similarity: 0.43,
    strong: 0.61,
    margin: 0.05,
    agreeing: 3,
    quality: 0.3,
    yaw: 35,
    pitch: 35,
    live: null,
    doubt: null,
  },
  samples: [
    { ms: 0, similarity: null, margin: null, same: null, quality: 0.4, yaw: 3, pitch: -2, live: null },
    { ms: 300, similarity: 0.61, margin: 0.33, same: true, quality: 0.8, yaw: 1, pitch: 0, live: null },
  ],
};

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let at: number;

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  at = Date.now() - HOUR;
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

async function door(name = `Door ${randomUUID().slice(0, 4)}`) {
  return doorOf(await services.addDevice(name));
}

const sightingOf = (personId: string, cameraId: string): Sighting => ({
  id: randomUUID(),
  cameraId,
  track: 1,
  personId,
  at,
  similarity: 0.61,
  margin: 0.33,
  frames: 3,
  live: null,
  why,
});

const stranger = (cameraId: string): FaceDecision => ({
  id: randomUUID(),
  cameraId,
  track: 2,
  at,
  kind: 'unknown',
  people: [],
  why: { ...why, best: { similarity: 0.2, margin: 0.01, quality: 0.8 } },
});

async function punched(personId: string) {
  const at = await door();
  const sighting = sightingOf(personId, at.id);
  await services.attendance.record(sighting, at);
  await services.decisionStore.keepOf(sighting, at);
  const punch = await services.database.fork().findOneOrFail(Punch, { sightingId: sighting.id });
  return { punch, sighting, door: at };
}

const decisions = (query = '') => owner.json<DecisionsView>('GET', `/api/v1/decisions?${query}`);
const keptOf = (personId: string) => services.database.fork().count(Decision, { personId });

describe('why a face was recognized', () => {
  it('the numbers of a punch are shown to HR and owners, and it is recorded who looked', async () => {
    const { id } = await services.addPerson({ givenName: 'Ada', familyName: 'Byron' });
    const { punch, door: where } = await punched(id);
    const view = await owner.json<DecisionView>('GET', `/api/v1/punches/${punch.id}/decision`);
    expect(view).toMatchObject({
      kind: 'recognized',
      person: { id, displayName: 'Ada Byron' },
      device: { id: where.id, name: where.name },
      best: { similarity: 0.61 },
      samples: why.samples,
    });
    const hr = await rest.member(owner, 'hr');
    expect((await hr.send('GET', `/api/v1/punches/${punch.id}/decision`)).status).toBe(200);
    const manager = await rest.member(owner, 'manager', 'Lab');
    expect((await manager.send('GET', `/api/v1/punches/${punch.id}/decision`)).status).toBe(403);
    const looks = await services.database.fork().find(AuditEvent, { act: 'decision.viewed', objectId: id });
    expect(looks).toHaveLength(2);
  });

  it('a sighting that is delivered twice is explained once', async () => {
    const { id } = await services.addPerson();
    const { sighting, door: where } = await punched(id);
    await services.decisionStore.keepOf(sighting, where);
    expect(await keptOf(id)).toBe(1);
  });

  it('a sighting after a challenge says so, and one of two look-alikes belongs to neither', async () => {
    const [ann, amy] = [(await services.addPerson()).id, (await services.addPerson()).id];
    const where = await door();
    const challenge = { made: 2, asked: 2, fault: null };
    await services.decisionStore.keepOf({ ...sightingOf(ann, where.id), why: { ...why, challenge } }, where);
    const pair = { id: randomUUID(), cameraId: where.id, track: 3, at, frames: 3, live: null, why };
    const people = [ann, amy].map((personId) => ({ personId, similarity: 0.6, margin: 0.3 }));
    await services.decisionStore.keepOfPair({ ...pair, people: [people[0]!, people[1]!] }, where);
    const { decisions: rows } = await decisions(`device=${where.id}`);
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['challenge-passed', 'one-of-two']);
    const two = rows.find(({ kind }) => kind === 'one-of-two')!;
    expect(two.person).toBeNull();
    expect(two.oneOf.map((one) => one.id).toSorted()).toEqual([ann, amy].toSorted());
  });

  it('a punch that the database refused is explained, too', async () => {
    const { id: personId } = await services.addPerson();
    const where = await door();
    const sighting = sightingOf(personId, where.id);
    await services.refusedPunches.addSighting({ id: sighting.id, sighting, door: where }, { code: '23514' });
    await services.decisionStore.keepOf(sighting, where);
    const { id } = await services.database.fork().findOneOrFail(RefusedPunch, { origin: sighting.id });
    const view = await owner.json<DecisionView>('GET', `/api/v1/refused-punches/${id}/decision`);
    expect(view.kind).toBe('recognized');
  });

  it('a punch without a face, or that is not there, has no explanation', async () => {
    expect((await owner.send('GET', `/api/v1/punches/${randomUUID()}/decision`)).status).toBe(404);
    expect((await owner.send('GET', `/api/v1/decisions/${randomUUID()}`)).status).toBe(404);
  });
});

describe('the list of decisions', () => {
  it('is filtered by device, day and kind, in pages, newest first', async () => {
    const where = await door();
    for (const hours of [1, 2, 3]) {
      await services.decisionStore.keepOther({ ...stranger(where.id), at: at - hours * HOUR }, where);
    }
    const first = await decisions(`device=${where.id}&limit=2`);
    expect(first.decisions).toHaveLength(2);
    expect(first.decisions[0]!.at > first.decisions[1]!.at).toBe(true);
    const rest = await decisions(`device=${where.id}&limit=2&after=${first.next}`);
    expect(rest.decisions).toHaveLength(1);
    expect((await decisions(`device=${where.id}&kind=recognized`)).decisions).toEqual([]);
    const date = first.decisions[0]!.localTime.slice(0, 10);
    expect((await decisions(`device=${where.id}&date=${date}`)).decisions.length).toBeGreaterThan(0);
    expect((await decisions(`device=${where.id}&date=2020-01-01`)).decisions).toEqual([]);
  });

  it('of a stranger it names nobody, however similar somebody was', async () => {
    const where = await door();
    await services.decisionStore.keepOther(stranger(where.id), where);
    const [row] = (await decisions(`device=${where.id}`)).decisions;
    expect(row).toMatchObject({ kind: 'unknown', person: null, oneOf: [], best: { similarity: 0.2 } });
  });

  it('faces that are not let in are kept 60 times at once for each device, then once in 10 s', async () => {
    const where = await door();
    const started = performance.now();
    const clock = vi.spyOn(performance, 'now');
    const kept = () => services.database.fork().count(Decision, { deviceId: where.id });
    const passing = async (seconds: number, times: number) => {
      clock.mockReturnValue(started + seconds * 1_000);
      for (let i = 0; i < times; i += 1) {
        await services.decisionStore.keepOther(stranger(where.id), where);
      }
    };
    try {
      await passing(0, 65);
      expect(await kept()).toBe(60);
      await passing(9.9, 2);
      expect(await kept()).toBe(60);
      await passing(10.1, 2);
      expect(await kept()).toBe(61);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('how long it is kept', () => {
  it('what is older than the setting is hidden at once, and removed by the next run', async () => {
    const where = await door();
    await services.decisionStore.keepOther({ ...stranger(where.id), at: Date.now() - 8 * DAY }, where);
    expect((await decisions(`device=${where.id}`)).decisions).toEqual([]);
    expect(await services.database.fork().count(Decision, { deviceId: where.id })).toBe(1);
    const report = await services.retention.run();
    expect(report?.find(({ what }) => what === 'decisions')?.count).toBe(1);
    expect(await services.database.fork().count(Decision, { deviceId: where.id })).toBe(0);
  });

  it('with 0 days nothing is kept', async () => {
    await owner.json('PATCH', '/api/v1/settings', { MUSTER_KEEP_DECISIONS_DAYS: '0' });
    const { id } = await services.addPerson();
    await punched(id);
    expect(await keptOf(id)).toBe(0);
    await owner.json('PATCH', '/api/v1/settings', { MUSTER_KEEP_DECISIONS_DAYS: null });
  });

  it('an explanation that cannot be stored never costs the punch', async () => {
    const { id } = await services.addPerson();
    const where = await door();
    const sighting = { ...sightingOf(id, where.id), why: { ...why, span: Number.NaN } };
    const broken = { ...sighting, id: '\u0000' };
    await expect(services.decisionStore.keepOf(broken, where)).resolves.toBeUndefined();
    expect(await keptOf(id)).toBe(0);
  });

  it('a deletion and a withdrawal of consent take the explanations with them', async () => {
    const erased = await services.addPerson();
    await punched(erased.id);
    const withdrawn = await services.addConsentedPerson();
    await punched(withdrawn.id);
    const pair = { id: randomUUID(), cameraId: 'x', track: 3, at, frames: 3, live: null, why };
    const people = [erased.id, withdrawn.id].map((personId) => ({ personId, similarity: 0.6, margin: 0.3 }));
    await services.decisionStore.keepOfPair({ ...pair, people: [people[0]!, people[1]!] }, await door());
    await services.people.erase(erased.id);
    expect(await keptOf(erased.id)).toBe(0);
    expect(await services.database.fork().count(Decision, { origin: pair.id })).toBe(0);
    await services.consents.withdraw(withdrawn.id, { accountId: await services.accountId() });
    expect(await keptOf(withdrawn.id)).toBe(0);
    await services.decisionStore.keepOf(sightingOf(erased.id, (await door()).id), await door());
    expect(await keptOf(erased.id)).toBe(0);
  });

  it("a person's export has the decisions about that person", async () => {
    const { id } = await services.addPerson();
    await punched(id);
    const files = await services.personalData.export(id, { embeddings: false });
    const whole = JSON.parse(files['person.json'] as string) as {
      decisions: { kind: string; summary: string }[];
    };
    expect(whole.decisions).toHaveLength(1);
    expect(JSON.parse(whole.decisions[0]!.summary)).toMatchObject({ best: { similarity: 0.61 } });
  });
});
