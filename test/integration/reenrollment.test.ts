/** A change of the model pack in the database and the API: who is in which gallery, and who must be enrolled again. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService } from '../../server/people/people-service.ts';
import { peopleOfOtherContracts } from '../../server/biometrics/reenrollment.ts';
import { type GalleryChange, TemplateStore } from '../../server/biometrics/template-store.ts';
import type { HealthView } from '#protocol/health.ts';
import type { PersonView } from '#protocol/people.ts';
import {
  CONTRACT as LEFT,
  type DataServices,
  newTemplate,
  openDataServices,
} from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';

/** LEFT is the pack that all people were enrolled with; NOW is the pack in use. */
const NOW = 'newer@1/4';
const log = pino({ level: 'silent' });

let services: DataServices;
let templates: TemplateStore;
let people: PeopleService;
let changes: GalleryChange[];
/** Enrolled with LEFT: active, suspended, gone, erased; enrolled with NOW; and never enrolled. */
const ids: Record<'ann' | 'sue' | 'gus' | 'era' | 'ned' | 'new', string> = {
  ann: '',
  sue: '',
  gus: '',
  era: '',
  ned: '',
  new: '',
};

beforeAll(async () => {
  services = await openDataServices({ log });
  const { database, personKeys, consentTexts, removals } = services;
  templates = new TemplateStore({ database, personKeys, consentTexts, log, contract: NOW, former: LEFT });
  const parts = { database, templates, consentTexts, removals, log };
  people = await PeopleService.create({ ...parts, contract: NOW, former: LEFT });
  templates.on('gallery.changed', (change) => changes.push(change));
  for (const name of ['ann', 'sue', 'gus', 'era', 'ned', 'new'] as const) {
    ids[name] = (await services.addConsentedPerson({ givenName: name })).id;
  }
  for (const name of ['ann', 'sue', 'gus', 'era'] as const) {
    await services.enroll(ids[name], [newTemplate('aggregate', 1), newTemplate('front', 2)]);
  }
  changes = [];
  await enrollAnew(ids.ned);
  await people.update(ids.sue, { status: 'suspended' });
  await people.update(ids.gus, { status: 'left' });
  await people.erase(ids.era);
});
afterAll(async () => {
  await templates.close();
  await services.close();
});

const mine = Float32Array.of(0.6, 0, 0.8, 0);

async function enrollAnew(personId: string): Promise<void> {
  await templates.replace(personId, {
    contract: NOW,
    templates: [{ bin: 'aggregate', embedding: mine, quality: 0.9 }],
    by: { accountId: await services.accountId() },
  });
}

const view = async (id: string, service = people) => (await service.get(id))!;
const gallery = async (store = templates) =>
  new Map((await store.loadGallery()).map((entry) => [entry.personId, entry]));

describe('after a change of the model pack', () => {
  it('each person shows whether they must be enrolled again and which pack recognizes them', async () => {
    const former = { why: 'other-model', contract: LEFT, recognized: true };
    expect(await view(ids.ann)).toMatchObject({ enrollment: null, reenroll: former });
    expect(await view(ids.sue)).toMatchObject({ enrollment: null, reenroll: former });
    // People who have left cannot be enrolled, and people who were never enrolled need no second enrollment.
    expect(await view(ids.gus)).toMatchObject({ enrollment: null, reenroll: null });
    expect(await view(ids.new)).toMatchObject({ enrollment: null, reenroll: null });
    expect(await view(ids.ned)).toMatchObject({ enrollment: { templates: 1 }, reenroll: null });
  });

  it('each person shows that they must be enrolled again when the former pack does not run', async () => {
    const alone = await PeopleService.create({ ...services, templates, contract: NOW });
    expect((await view(ids.ann, alone)).reenroll).toEqual({
      why: 'other-model',
      contract: LEFT,
      recognized: false,
    });
    expect(await alone.reenroll()).toBe(2);
  });

  it('people to be enrolled again are counted by model contract', async () => {
    expect(await people.reenroll()).toBe(2);
    expect(await peopleOfOtherContracts(services.database, NOW)).toEqual(new Map([[LEFT, 2]]));
    expect(await peopleOfOtherContracts(services.database, LEFT)).toEqual(new Map([[NOW, 1]]));
  });

  it('health shows the number of people to be enrolled again, and only staff see names', async () => {
    const rest = await RestServer.start(services, { core: { ...services, people } });
    try {
      expect(await rest.stranger().json<HealthView>('GET', '/api/health')).toMatchObject({ reenroll: 2 });
      const staff = await rest.staff();
      const { people: listed } = await staff.json<{ people: PersonView[] }>('GET', '/api/v1/people');
      const needed = listed.filter(({ reenroll }) => reenroll).map(({ givenName }) => givenName);
      expect(needed.sort()).toEqual(['ann', 'sue']);
      expect((await rest.stranger().send('GET', '/api/v1/people')).status).toBe(401);
    } finally {
      rest.stop();
    }
  });
});

describe('the gallery of a migration', () => {
  it('the gallery has each active person with templates of one contract, preferring the new one', async () => {
    const entries = await gallery();
    expect(entries.get(ids.ann)).toMatchObject({ contract: LEFT, embeddings: { length: 2 } });
    expect(entries.get(ids.ned)).toMatchObject({ contract: NOW, embeddings: [mine] });
    expect(entries.size).toBe(2);
    // A person with templates of both contracts, which only a restored backup could cause.
    await services.database.fork().execute(
      `insert into template (id, person_id, key_id, contract, bin, quality, sealed, created_at)
       select gen_random_uuid(), ?, key_id, contract, bin, quality, sealed, now() from template where person_id = ?`,
      [ids.ned, ids.ann],
    );
    expect((await gallery()).get(ids.ned)).toMatchObject({ contract: NOW, embeddings: [mine] });
    expect(await people.reenroll()).toBe(2);
    expect((await view(ids.ned)).reenroll).toBeNull();
  });

  it('the gallery has no templates of the former contract when that pack does not run', async () => {
    const { database, personKeys, consentTexts } = services;
    const parts = { database, personKeys, consentTexts, log };
    const alone = await gallery(new TemplateStore({ ...parts, contract: NOW }));
    expect([...alone.keys()]).toEqual([ids.ned]);
  });

  it('gallery changes carry the contract as people come and go', async () => {
    changes = [];
    await people.update(ids.sue, { status: 'active' });
    expect(changes).toMatchObject([{ personId: ids.sue, entry: { contract: LEFT } }]);
    await people.update(ids.sue, { status: 'suspended' });
    expect(changes.at(-1)).toEqual({ personId: ids.sue, entry: null });
  });

  it('a re-enrolled person moves to the new contract at once and is no longer counted', async () => {
    const key = () =>
      services.database
        .fork()
        .execute<{ id: string }[]>('select id from person_key where person_id = ?', [ids.ann]);
    const before = await key();
    changes = [];
    await enrollAnew(ids.ann);
    expect(changes).toEqual([
      { personId: ids.ann, entry: { personId: ids.ann, contract: NOW, embeddings: [mine] } },
    ]);
    expect(await view(ids.ann)).toMatchObject({ enrollment: { templates: 1 }, reenroll: null });
    expect(await people.reenroll()).toBe(1);
    expect(await key()).not.toEqual(before);
  });
});
