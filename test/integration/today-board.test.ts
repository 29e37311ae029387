/** The board of today in memory, on PostgreSQL: it always equals a newly derived one, whoever changes what. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import { AttendanceQuery } from '../../server/attendance/attendance-query.ts';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import type { CorrectionActor } from '../../server/attendance/correction-service.ts';
import { Database, type Em } from '../../server/db/database.ts';
import { HOUR, MINUTE } from '../../server/time/durations.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

/** Monday morning in Paris. */
let now = Date.parse('2026-11-23T07:00:00+01:00');
let services: DataServices;
let door: SightingDevice;
let owner: CorrectionActor;
let people: PersonView[];
/** Of another server with the same database. */
let elsewhere: Database;

beforeAll(async () => {
  services = await openDataServices({ now: () => now });
  owner = { accountId: await services.accountId(), role: 'owner', departments: undefined };
  door = doorOf(await services.addDevice());
  people = [];
  for (const department of ['Lab', 'Lab', 'Shop', '']) people.push(await services.addPerson({ department }));
  elsewhere = await Database.open({ url: services.url, log: services.log });
});
afterAll(async () => {
  await elsewhere.close();
  await services.close();
});

let sightings = 0;
async function pass({ id: personId }: PersonView, at = now): Promise<void> {
  sightings += 1;
  const sighting = { id: `s${sightings}`, cameraId: 'c', track: sightings, personId, at, live: null };
  await services.attendance.record({ ...sighting, similarity: 0.9, margin: 0.3, frames: 5 }, door);
}

async function onBoard({ id }: PersonView) {
  const { days } = await services.attendanceQuery.day();
  return days.find(({ person }) => person.id === id);
}

/** What may happen between two looks at the board. */
const ACTS: Record<string, (person: PersonView) => Promise<unknown>> = {
  passes: (person) => pass(person),
  'was seen late': (person) => pass(person, now - 3 * HOUR),
  'says that it is leaving': async (person) => {
    await pass(person);
    const punch = (await onBoard(person))?.punches.at(-1);
    // Where the passing repeated an earlier one, it may be too late to explain it.
    const isNew = punch?.says === null && Date.parse(punch.at) === now;
    if (isNew) await services.attendance.state({ punchId: punch.id, says: 'out' }, door);
  },
  'has a punch removed': async (person) => {
    const punch = (await onBoard(person))?.punches.find(({ voided }) => !voided);
    const reason = 'for the test';
    if (punch) await services.corrections.create({ kind: 'void', punchIds: [punch.id], reason }, owner);
  },
  'has a punch moved to another': async (person) => {
    const punch = (await onBoard(person))?.punches.find(({ voided }) => !voided);
    const { number } = people[(people.indexOf(person) + 1) % people.length]!;
    const reason = 'for the test';
    if (punch) {
      await services.corrections.create({ kind: 'move', punchId: punch.id, number, reason }, owner);
    }
  },
  'changes the department': ({ id }) =>
    services.people.update(id, { department: now % 2 === 0 ? 'Lab' : 'Shop' }),
  'is suspended or comes back': async ({ id }) => {
    const person = await services.people.get(id);
    await services.people.update(id, { status: person?.status === 'active' ? 'suspended' : 'active' });
  },
  'works where doors read otherwise': async () => {
    const site = (await services.sites.list())[0]!;
    await services.sites.update(site.id, {
      reading: site.reading === 'in-and-out' ? 'first-and-last' : 'in-and-out',
    });
  },
  rests: async () => {},
};

describe('the board of today', () => {
  it('is the one derived anew after whatever happened, at any time and for any department', async () => {
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom(...Object.keys(ACTS), 'passes', 'passes'),
        person: fc.nat(3),
        later: fc.oneof(fc.constant(2 * MINUTE), fc.nat(5 * HOUR)),
      }),
      { minLength: 8, maxLength: 8 },
    );
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(acts, async (happened) => {
        for (const { act, person, later } of happened) {
          now += later;
          await ACTS[act]!(people[person]!);
          const anew = new AttendanceQuery({ database: services.database, now: () => now });
          for (const departments of [undefined, ['Lab']]) {
            const board = await services.attendanceQuery.day(undefined, departments);
            expect(board).toEqual(await anew.day(undefined, departments));
            seen += board.days.length;
            // What the start page says is what the list behind it says.
            const { latest, ...summary } = await services.attendanceQuery.summary(departments);
            expect({ ...summary, days: board.days }).toEqual(board);
            const times = board.days.flatMap(({ punches }) =>
              punches.filter(({ voided }) => !voided).map(({ at }) => at),
            );
            expect(latest.map(({ punch }) => punch.at)).toEqual(times.toSorted().toReversed().slice(0, 7));
          }
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(seen).toBeGreaterThan(0);
  });

  it('contains what another server has written', async () => {
    now += 48 * HOUR;
    const [person] = people;
    expect(await onBoard(person!)).toBeUndefined();
    await elsewhere.transaction((em) => insertPunch(em, person!));
    expect(await onBoard(person!)).toMatchObject({ punches: [{ says: 'in' }] });
  });

  it('contains what was written before the last look and committed after it', async () => {
    now += 48 * HOUR;
    const [slow, quick] = people;
    const written = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    const transaction = elsewhere.transaction(async (em) => {
      await insertPunch(em, slow!);
      written.resolve();
      await looked.promise;
    });
    await written.promise;
    await services.database.transaction((em) => insertPunch(em, quick!));
    expect(await onBoard(quick!)).toBeDefined();
    expect(await onBoard(slow!)).toBeUndefined();
    looked.resolve();
    await transaction;
    expect(await onBoard(slow!)).toMatchObject({ punches: [{ says: 'in' }] });
  });
});

async function insertPunch(em: Em, { id }: PersonView): Promise<void> {
  await em.execute(
    `insert into punch (id, person_id, says, at, time_zone, source, sighting_id, created_at)
      values (gen_random_uuid(), ?, 'in', ?, 'Europe/Paris', 'sighting', gen_random_uuid(), ?)`,
    [id, new Date(now), new Date(now)],
  );
}
