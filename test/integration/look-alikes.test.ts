/** Two people who look alike, from the enrollment to the punch, on PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { punchByNumber } from '../../server/attendance/punch-by-number.ts';
import { withUnknownLookAlikes } from '../../server/biometrics/look-alikes.ts';
import { LookAlike } from '../../server/db/entities/look-alike.ts';
import { Person } from '../../server/db/entities/person.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import type { GalleryChange } from '../../server/biometrics/template-store.ts';
import { LateLookAlikes } from '../../server/enrollment/late-look-alikes.ts';
import type { PairSighting } from '#protocol/analyzer.ts';
import { LOOK_ALIKE_LIMITS, PASS_LIMITS } from '#protocol/limits.ts';
import type { PersonView } from '#protocol/people.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let ann: PersonView;
let amy: PersonView;
let station: DeviceActor;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  [ann, amy] = [
    await services.addConsentedPerson({ givenName: 'Ann', familyName: 'Twin' }),
    await services.addConsentedPerson({ givenName: 'Amy', familyName: 'Twin' }),
  ];
  station = await services.addDevice();
  await enroll(ann);
});

async function enroll({ id }: PersonView, ...alike: [PersonView, number][]): Promise<void> {
  await services.templates.replace(id, {
    contract: CONTRACT,
    templates: [newTemplate('aggregate', 3)],
    by: { accountId: await services.accountId() },
    ...(alike.length > 0 && { override: { reason: 'twins' } }),
    lookAlikes: alike.map(([other, similarity]) => ({ personId: other.id, similarity })),
  });
}

const rows = () => services.database.fork().find(LookAlike, { personId: { $in: [ann.id, amy.id] } });
const pairs = async () => (await rows()).map(({ personId, otherId }) => `${personId} ${otherId}`).toSorted();
const both = () => [`${ann.id} ${amy.id}`, `${amy.id} ${ann.id}`].toSorted();
const lookAlikesOf = async (person: PersonView) =>
  (await services.people.get(person.id))!.lookAlikes.map(({ displayName }) => displayName);

const late = (found: Record<string, number>) =>
  new LateLookAlikes({
    templates: services.templates,
    search: async () => Object.entries(found).map(([personId, similarity]) => ({ personId, similarity })),
    threshold: () => 0.477,
    log: services.log,
  });
const member = (personId: string, similarity = 0.6) => ({ personId, similarity, margin: 0.25 });
const punches = () =>
  services.database.fork().find(Punch, { personId: { $in: [ann.id, amy.id] } }, { orderBy: { at: 'asc' } });
const refusal = (work: Promise<unknown>) =>
  work.catch(({ code, message }: Error & { code: string }) => [code, message]);

describe('people who look alike', () => {
  it('an accepted duplicate makes the two look-alikes of each other, with who found it and how similar they are', async () => {
    await enroll(amy, [ann, 0.83]);
    expect(await pairs()).toEqual(both());
    expect(await rows()).toMatchObject(
      Array.from({ length: 2 }, () => ({
        similarity: 0.83,
        recordedAt: expect.any(Date) as Date,
        recordedBy: expect.any(String) as string,
      })),
    );
    expect(await lookAlikesOf(ann)).toEqual(['Amy Twin']);
    expect(await lookAlikesOf(amy)).toEqual(['Ann Twin']);
    const found = await services.people.page({ limit: 200, lookAlike: true });
    expect(found.people.map(({ id }) => id).toSorted()).toEqual([amy.id, ann.id].toSorted());
    const others = await services.people.page({ limit: 200, lookAlike: false });
    expect(others.people.map(({ id }) => id)).not.toContain(ann.id);
  });

  it('the galleries learn at once of both that they look alike, and after a start', async () => {
    const changes: GalleryChange[] = [];
    const heard = (change: GalleryChange) => changes.push(change);
    services.templates.on('gallery.changed', heard);
    await enroll(amy, [ann, 0.83]);
    services.templates.off('gallery.changed', heard);
    expect(changes.map(({ personId, entry }) => [personId, entry?.lookAlikes])).toEqual([
      [amy.id, [ann.id]],
      [ann.id, [amy.id]],
    ]);
    const loaded = (await services.templates.loadGallery()).filter(({ lookAlikes }) => lookAlikes);
    const ours = loaded.filter(({ personId }) => [ann.id, amy.id].includes(personId));
    expect(ours.map(({ personId, lookAlikes }) => `${personId} ${lookAlikes!.join()}`).toSorted()).toEqual(
      both(),
    );
  });

  it('two who are enrolled and searched for at the same moment wait for each other, and nothing fails', async () => {
    for (let round = 0; round < 15; round++) {
      await Promise.all([
        enroll(amy, [ann, 0.8]),
        enroll(ann, [amy, 0.8]),
        services.templates.addLookAlikes(ann.id, [{ personId: amy.id, similarity: 0.8 }]),
        services.templates.addLookAlikes(amy.id, [{ personId: ann.id, similarity: 0.8 }]),
      ]);
      expect(await pairs()).toEqual(both());
      const end = ({ id }: PersonView) =>
        services.database.transaction(async (em) => {
          await em.findOneOrFail(Person, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
          await services.templates.destroy(em, id);
        });
      await Promise.all([end(ann), end(amy), enroll(amy, [ann, 0.8]).catch(() => {})]);
      await enroll(ann);
    }
  });

  it('people are no look-alikes any more once one of them is enrolled apart, and found again they keep their date', async () => {
    await enroll(amy, [ann, 0.83]);
    const before = await rows();
    await enroll(amy, [ann, 0.79]);
    expect(await rows()).toMatchObject(
      before.map((row) => ({ recordedAt: row.recordedAt, similarity: 0.79 })),
    );
    await enroll(ann);
    expect(await pairs()).toEqual([]);
    expect(await lookAlikesOf(amy)).toEqual([]);
  });

  it.each([
    ['erased', () => services.people.erase(ann.id)],
    [
      'without consent',
      async () => services.consents.withdraw(ann.id, { accountId: await services.accountId() }),
    ],
  ])('people are no look-alikes any more once one of them is %s', async (_, remove) => {
    await enroll(amy, [ann, 0.83]);
    await remove();
    expect(await pairs()).toEqual([]);
    expect(await lookAlikesOf(amy)).toEqual([]);
  });

  it('somebody who was erased while the faces were compared is no look-alike', async () => {
    await services.people.erase(ann.id);
    await enroll(amy, [ann, 0.83]);
    expect(await pairs()).toEqual([]);
  });

  it('the personal data of one says that there is a look-alike, and not who', async () => {
    await enroll(amy, [ann, 0.83]);
    const files = await services.personalData.export(ann.id, { embeddings: false });
    const { lookAlikes } = JSON.parse(String(files['person.json'])) as { lookAlikes: object[] };
    expect(lookAlikes).toMatchObject([{ similarity: 0.83, recordedBy: 'Ada' }]);
    expect(Object.values(files).join('')).not.toContain(amy.id);
  });
});

describe('look-alikes that no enrollment could find', () => {
  it('somebody who comes back into the gallery is compared with all others, and recorded once', async () => {
    await enroll(amy);
    const check = late({ [amy.id]: 1, [ann.id]: 0.7 });
    await check.check(amy.id);
    await check.check(amy.id);
    expect(await pairs()).toEqual(both());
    expect(await rows()).toMatchObject(
      Array.from({ length: 2 }, () => ({ similarity: 0.7, recordedBy: null })),
    );
    await check.close();
  });

  it('nobody is recorded below the similarity at which an enrollment asks, nor of a person without templates', async () => {
    await late({ [ann.id]: 0.9 }).check(amy.id);
    await enroll(amy);
    await late({ [ann.id]: 0.476 }).check(amy.id);
    expect(await pairs()).toEqual([]);
  });

  it('those whose duplicate was accepted by an earlier version are found, until their look-alike is recorded', async () => {
    const { id } = amy;
    await services.templates.replace(id, {
      contract: CONTRACT,
      templates: [newTemplate('aggregate', 3)],
      by: { accountId: await services.accountId() },
      override: { reason: 'twins' },
    });
    const unknown = () => withUnknownLookAlikes(services.database.fork());
    expect(await unknown()).toContain(id);
    await late({ [ann.id]: 0.8 }).check(id);
    expect(await unknown()).not.toContain(id);
    await enroll(amy);
    expect(await unknown()).not.toContain(id);
  });
});

describe('one of two at a station', () => {
  let sighting: PairSighting;
  let ask: string;

  beforeEach(async () => {
    sighting = {
      id: randomUUID(),
      cameraId: station.deviceId,
      track: 3,
      at: Date.now() - 5_000,
      frames: 4,
      live: 0.9,
      people: [member(ann.id, 0.61), member(amy.id, 0.59)],
      crop: Buffer.from('a picture'),
    };
    await enroll(amy, [ann, 0.83]);
    services.questions.add(sighting);
    ({ ask } = services.questions.seen(sighting.id) as { ask: string });
  });

  const tell = (number: string, of = ask) => punchByNumber(services, station, { ask: of, number });
  it('the number of one of the two books a punch of that one, with the evidence of the face', async () => {
    const event = await tell(amy.number);
    expect(event).toMatchObject({ person: { id: amy.id, name: 'Amy Twin' }, result: 'checked-in', track: 3 });
    expect(await punches()).toMatchObject([
      {
        personId: amy.id,
        source: 'face-and-number',
        at: new Date(sighting.at),
        deviceId: station.deviceId,
        similarity: 0.59,
        margin: 0.25,
        frames: 4,
        live: 0.9,
      },
    ]);
    const snapshots = await services.database
      .fork()
      .execute('select person_id from evidence where person_id = ?', [amy.id]);
    expect(snapshots).toHaveLength(1);
  });

  it('the same number again makes no second punch, and the number of the other one is refused then', async () => {
    const first = await tell(ann.number);
    expect(await tell(ann.number.toLowerCase())).toEqual(first);
    expect(await refusal(tell(amy.number))).toEqual(await refusal(tell('nobody')));
    expect(await punches()).toHaveLength(1);
  });

  it('each of the two is booked by the own number, also where they come one after the other', async () => {
    await tell(ann.number);
    const next = { ...sighting, id: randomUUID(), track: 4, at: Date.now() };
    services.questions.add(next);
    await tell(amy.number, (services.questions.seen(next.id) as { ask: string }).ask);
    expect((await punches()).map(({ personId }) => personId)).toEqual([ann.id, amy.id]);
  });

  it('the number of somebody else is refused in the same words as one that nobody has', async () => {
    const cid = await services.addConsentedPerson({ givenName: 'Cid' });
    const foreign = await refusal(tell(cid.number));
    expect(foreign).toEqual(['not-found', 'This is not the number of the person who was recognized.']);
    expect(await refusal(tell('no such number'))).toEqual(foreign);
    expect(await punches()).toEqual([]);
  });

  it('after too many wrong numbers the question is over, also for the right one', async () => {
    for (let i = 0; i < LOOK_ALIKE_LIMITS.wrongNumbers; i += 1) {
      await expect(tell(`wrong ${i}`)).rejects.toMatchObject({ code: 'not-found' });
    }
    await expect(tell(ann.number)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(services.questions.seen(sighting.id)).toBeNull();
    expect(await punches()).toEqual([]);
  });

  it('wrong numbers and wrong PINs share the tries of a station', async () => {
    const { burst } = PASS_LIMITS.station;
    for (let i = 0; i < burst; i += 1) {
      const pass = { type: 'badge', code: `NO-SUCH-BADGE-${i}` } as const;
      await expect(services.passes.identify(station.deviceId, pass)).rejects.toMatchObject({
        code: 'not-found',
      });
    }
    await expect(tell(ann.number)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await punches()).toEqual([]);
  });
});

describe('one of two at a camera without a screen', () => {
  it('a passing is listed once as one of the two, and is booked for the one whom somebody names', async () => {
    const camera = await services.addDevice('Corridor');
    const at = Date.now() - 60_000;
    const passing = (more: number): PairSighting => ({
      id: randomUUID(),
      cameraId: camera.deviceId,
      track: 3,
      at: at + more,
      frames: 4,
      live: null,
      people: [member(ann.id), member(amy.id)],
    });
    await services.refusedPunches.addPair(passing(0), doorOf(camera));
    await services.refusedPunches.addPair(passing(20_000), doorOf(camera));
    const by = { accountId: await services.accountId(), role: 'owner' as const, departments: undefined };
    const { refused } = await services.refusedPunches.list({ limit: 50 }, by);
    const ours = refused.filter(({ device }) => device === 'Corridor');
    expect(ours).toMatchObject([{ person: null, why: 'look-alikes', source: 'sighting' }]);
    expect(ours[0]!.oneOf.map(({ displayName }) => displayName).toSorted()).toEqual(['Amy Twin', 'Ann Twin']);
    const book = (number?: string) =>
      services.refusedPunches.decide(
        ours[0]!.id,
        { decision: 'book', says: 'in', reason: 'she said so', ...(number !== undefined && { number }) },
        by,
      );
    await expect(book()).rejects.toMatchObject({ code: 'validation-failed' });
    await book(amy.number);
    expect((await services.refusedPunches.list({ limit: 50 }, by)).refused).not.toContainEqual(ours[0]);
  });
});
