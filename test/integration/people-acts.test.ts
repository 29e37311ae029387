// cspell:ignore manyfold
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { InvitationsResult, PeopleActResult } from '#protocol/people-acts.ts';
import { PEOPLE_ACT_LIMITS } from '#protocol/people-acts.ts';
import type { PersonView } from '#protocol/people.ts';
import type { AssignmentRecord, RotaView } from '#protocol/schedules.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let family = 0;

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  for (const name of ['Lab', 'Hall']) await services.addDepartment(name);
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

/** Three people with a family name of their own, which they are found by. */
async function three(): Promise<{ name: string; people: PersonView[] }> {
  const name = `Family${++family}x`;
  const people = [
    await services.addPerson({ givenName: 'A', familyName: name, department: 'Hall' }),
    await services.addPerson({ givenName: 'B', familyName: name }),
    await services.addPerson({ givenName: 'C', familyName: name, status: 'left' }),
  ];
  return { name, people };
}

/** People who are found by “manyfold”. */
async function addMany(people: number): Promise<void> {
  await services.database.fork().execute(
    `insert into person (id, number, given_name, family_name, job_title, email, phone, status, created_at)
     select gen_random_uuid(), gen_random_uuid()::text, '', 'Manyfold', '', '', '', 'active', now()
     from generate_series(1, ?::int)`,
    [people],
  );
}

const send = (act: string, body: object, key?: string, by = owner) =>
  by.send('POST', `/api/v1/people/acts/${act}`, body, key === undefined ? {} : { 'idempotency-key': key });

interface Line {
  progress?: { done: number; of: number };
  result?: unknown;
}

async function linesOf(response: Response): Promise<Line[]> {
  expect(response.status).toBe(200);
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function run<T = PeopleActResult>(act: string, body: object, key?: string): Promise<T> {
  return (await linesOf(await send(act, body, key))).at(-1)!.result as T;
}

const now = async (people: readonly PersonView[]) =>
  Promise.all(people.map(async ({ id }) => (await services.people.get(id))!));

async function lastEvents(people: readonly PersonView[]) {
  const ids = people.map(({ id }) => id);
  const em = services.database.fork();
  const events = await em.find(AuditEvent, { objectId: { $in: ids } }, { orderBy: { seq: 'asc' } });
  return people.map(({ id }) => {
    const event = events.findLast(({ objectId }) => objectId === id)!;
    return [event.act, event.actorName, JSON.parse(event.detail) as object];
  });
}

describe('a department for many', () => {
  it('is set for all whom the filter of a list finds, but some, each with an event of their own', async () => {
    const { name, people } = await three();
    const [a, b, c] = people;
    const chosen = { filter: { search: name }, except: [c!.id] };
    const result = await run('department', { people: chosen, department: 'lab' });
    expect(result).toEqual({ changed: 2, unchanged: 0, failed: [] });
    expect((await now(people)).map(({ department }) => department)).toEqual(['Lab', 'Lab', '']);
    const detail = { before: { status: 'active' }, after: { status: 'active', fields: ['department'] } };
    expect(await lastEvents([a!, b!])).toEqual([
      ['person.changed', 'ada', detail],
      ['person.changed', 'ada', detail],
    ]);
    expect(await run('department', { people: chosen, department: 'Lab' })).toMatchObject({
      changed: 0,
      unchanged: 2,
    });
    expect(await run('department', { people: { ids: [a!.id] }, department: '' })).toMatchObject({
      changed: 1,
    });
    expect((await now([a!]))[0]!.department).toBe('');
  });

  it('names those who are not there any more, and is done for the others', async () => {
    const { people } = await three();
    const erased = await services.addPerson();
    await services.people.erase(erased.id);
    const ids = [people[0]!.id, erased.id, NOBODY];
    const result = await run('department', { people: { ids }, department: 'Lab' });
    expect(result.changed).toBe(1);
    expect(result.failed).toEqual(
      [erased.id, NOBODY].map((id) => ({
        person: { id, number: '', displayName: '' },
        message: 'There is no such person.',
      })),
    );
  });

  it('that is not in the list is refused, and nobody is changed', async () => {
    const { name, people } = await three();
    const refused = await send('department', { people: { filter: { search: name } }, department: 'Moon' });
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({
      faults: [{ path: 'department', message: 'is not in the list of departments' }],
    });
    expect((await now(people)).map(({ department }) => department)).toEqual(['Hall', '', '']);
  });

  it('is set once, however often the request is repeated with its key', async () => {
    const { name, people } = await three();
    const [key, body] = [randomUUID(), { people: { filter: { search: name } }, department: 'Lab' }];
    const first = await run('department', body, key);
    await services.people.update(people[0]!.id, { department: 'Hall' });
    expect(await run('department', body, key)).toEqual(first);
    expect((await now(people))[0]!.department).toBe('Hall');
  });

  it('reports how far it is, up to the end', async () => {
    const { name } = await three();
    const body = { people: { filter: { search: name } }, department: 'Lab' };
    const lines = await linesOf(await send('department', body));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.at(-2)!.progress).toEqual({ done: 6, of: 6 });
  });

  it('an act takes 1,000 ids and not one more, nor none at all', async () => {
    const ids = Array.from({ length: PEOPLE_ACT_LIMITS.ids + 1 }, () => NOBODY);
    expect((await send('department', { people: { ids }, department: 'Lab' })).status).toBe(422);
    expect((await send('department', { people: { ids: [] }, department: 'Lab' })).status).toBe(422);
    expect(await run('department', { people: { ids: ids.slice(1) }, department: 'Lab' })).toMatchObject({
      changed: 0,
    });
  });

  it('of two acts at the same time, the second waits for the first', async () => {
    const { name, people } = await three();
    const body = (department: string) => ({ people: { filter: { search: name } }, department });
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all(['Lab', 'Hall', 'Lab'].map((one) => run('department', body(one))));
      expect(results.every(({ failed }) => failed.length === 0)).toBe(true);
      // Whoever comes last decides for everybody, also for those who had this department at the beginning.
      expect(new Set((await now(people)).map(({ department }) => department)).size).toBe(1);
      await services.people.update(people[round % 3]!.id, { department: round % 2 === 0 ? 'Lab' : 'Hall' });
    }
  });
});

describe('a status for many', () => {
  it('is set, with the time of leaving, and whoever has it already is left alone', async () => {
    const { name, people } = await three();
    const chosen = { filter: { search: name } };
    expect(await run('status', { people: chosen, status: 'left' })).toEqual({
      changed: 2,
      unchanged: 1,
      failed: [],
    });
    const [row] = await services.database
      .fork()
      .execute<{ n: number }[]>(
        'select count(*)::int n from person where family_name = ? and left_at is not null',
        [name],
      );
    expect(row!.n).toBe(3);
    expect(await lastEvents(people.slice(0, 1))).toEqual([
      [
        'person.changed',
        'ada',
        { before: { status: 'active' }, after: { status: 'left', fields: ['status'] } },
      ],
    ]);
    await run('status', { people: chosen, status: 'active' });
    expect((await now(people)).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
  });
});

describe('a rota for many', () => {
  it('begins for all who work here, and replaces one that begins on the same date', async () => {
    const week = Array.from({ length: 7 }, () => []);
    const rota = async () =>
      (await owner.json<RotaView>('POST', '/api/v1/rotas', { name: `Rota ${++family}`, weeks: [week] })).id;
    const [days, nights] = [await rota(), await rota()];
    const { name, people } = await three();
    const [a, b, c] = people;
    await owner.json('POST', '/api/v1/assignments', { rotaId: nights, personId: a!.id, from: '2026-03-02' });
    await owner.json('POST', '/api/v1/assignments', { rotaId: nights, personId: a!.id, from: '2026-01-05' });
    const act = { people: { filter: { search: name } }, rotaId: days, from: '2026-03-02' };
    expect(await run('rota', act)).toEqual({
      changed: 2,
      unchanged: 0,
      failed: [
        {
          person: { id: c!.id, number: c!.number, displayName: c!.displayName },
          message: 'This person has left.',
        },
      ],
    });
    const of = async ({ id }: PersonView) =>
      (
        await owner.json<{ assignments: AssignmentRecord[] }>('GET', `/api/v1/assignments?person=${id}`)
      ).assignments.map(({ from, rotaId, until }) => [from, rotaId, until]);
    expect(await of(a!)).toEqual([
      ['2026-03-02', days, null],
      ['2026-01-05', nights, null],
    ]);
    expect(await of(b!)).toEqual([['2026-03-02', days, null]]);
    expect((await lastEvents([a!, b!])).map(([what]) => what)).toEqual([
      'assignment.changed',
      'assignment.created',
    ]);
    expect(await run('rota', act)).toMatchObject({ changed: 0, unchanged: 2 });
    for (const [more, path] of [
      [{ rotaId: NOBODY }, 'rotaId'],
      [{ until: '2026-03-01' }, 'until'],
    ] as const) {
      const refused = await send('rota', { ...act, ...more });
      expect(await problemOf(refused)).toMatchObject({ faults: [{ path }] });
    }
  });
});

describe('invitations for many', () => {
  it('are a link for each, which opens only the enrollment of that person; who cannot be invited is named', async () => {
    const { name, people } = await three();
    const key = randomUUID();
    const body = { people: { filter: { search: name } }, days: 3 };
    const result = await run<InvitationsResult>('invitations', body, key);
    const [a, b, c] = people;
    expect(result.invitations.map(({ person }) => person.id)).toEqual([a!.id, b!.id]);
    expect(result.failed).toEqual([
      {
        person: { id: c!.id, number: c!.number, displayName: c!.displayName },
        message: 'This person has left: make them active before enrolling.',
      },
    ]);
    expect(result.addresses).toEqual(['https://192.0.2.7:8443']);
    expect((await lastEvents([a!]))[0]![0]).toBe('invitation.created');
    // A repetition makes no other links, which would end these.
    expect(await run<InvitationsResult>('invitations', body, key)).toEqual(result);
    for (const { person, token } of result.invitations) {
      const opened = await rest
        .stranger()
        .json<{ person: { id: string } }>('POST', '/api/v1/self-enrollment/session', { token });
      expect(opened.person.id).toBe(person.id);
    }
  });

  it('no more than 1,000 links to enroll are made at once, and an act on more than 20,000 people is refused', async () => {
    await addMany(PEOPLE_ACT_LIMITS.invitations + 1);
    const refused = await send('invitations', { people: { filter: { search: 'manyfold' } } });
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({
      faults: [{ path: 'people', message: 'are too many at once' }],
    });
    const count = await owner.json('GET', '/api/v1/people/count?search=manyfold&enrolled=false');
    expect(count).toEqual({ people: PEOPLE_ACT_LIMITS.invitations + 1 });
    const status = { people: { filter: { search: 'manyfold' } }, status: 'suspended' };
    expect(await run('status', status)).toMatchObject({ changed: PEOPLE_ACT_LIMITS.invitations + 1 });
    await addMany(PEOPLE_ACT_LIMITS.people - PEOPLE_ACT_LIMITS.invitations);
    const tooMany = await send('status', { ...status, status: 'active' });
    expect(tooMany.status).toBe(422);
    expect(await problemOf(tooMany)).toMatchObject({ faults: [{ message: 'are too many at once' }] });
  });
});
