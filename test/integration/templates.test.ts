import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GalleryChange, TemplateStore } from '../../server/biometrics/template-store.ts';
import type { GalleryEntry } from '#protocol/analyzer.ts';
import { masterKeysInUse } from '../../server/keys/key-ring.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let changes: GalleryChange[];
const lines: string[] = [];
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(chunk.toString());
    done();
  },
});

beforeAll(async () => {
  services = await openDataServices({ log: pino({ level: 'debug' }, sink) });
  services.templates.on('gallery.changed', (change) => changes.push(change));
});
afterAll(() => services.close());
beforeEach(() => {
  changes = [];
  lines.length = 0;
});

const gallery = () => services.templates.loadGallery();
const entryOf = async (personId: string): Promise<GalleryEntry | undefined> =>
  (await gallery()).find((entry) => entry.personId === personId);

const broken = () => services.database.fork().execute('alter table template rename to template_away');
const repaired = () => services.database.fork().execute('alter table template_away rename to template');

async function enrolled(seed = 1) {
  const { id } = await services.addConsentedPerson();
  const set = [newTemplate('front', seed + 1), newTemplate('left', seed + 2), newTemplate('aggregate', seed)];
  await services.enroll(id, set);
  changes = [];
  return { id, set };
}

describe('saving templates', () => {
  it('saved templates come back unchanged, the aggregate first', async () => {
    const { id, set } = await enrolled();
    const entry = await entryOf(id);
    expect(entry!.embeddings[0]).toEqual(set[2]!.embedding);
    expect(new Set(entry!.embeddings.map(String))).toEqual(new Set(set.map((t) => String(t.embedding))));
  });

  it('saving templates replaces the old ones and their key', async () => {
    const { id } = await enrolled(10);
    const keyOf = () =>
      services.database
        .fork()
        .execute<{ id: string }[]>('select id from person_key where person_id = ?', [id]);
    const [oldKey] = await keyOf();
    const newSet = [newTemplate('aggregate', 20)];
    await services.enroll(id, newSet);
    expect((await entryOf(id))!.embeddings).toEqual([newSet[0]!.embedding]);
    const keys = await keyOf();
    expect(keys).toHaveLength(1);
    expect(keys[0]!.id).not.toBe(oldKey!.id);
  });

  it('saving templates reports the new gallery entry after the commit', async () => {
    const { id } = await services.addConsentedPerson();
    const seen: (GalleryEntry | undefined)[] = [];
    const listener = () => void entryOf(id).then((entry) => seen.push(entry));
    services.templates.once('gallery.changed', listener);
    await services.enroll(id, [newTemplate('aggregate', 3)]);
    expect(changes).toEqual([
      {
        personId: id,
        entry: { personId: id, contract: CONTRACT, embeddings: [newTemplate('aggregate', 3).embedding] },
      },
    ]);
    await expect.poll(() => seen).toEqual([changes[0]!.entry]);
  });

  it('two racing enrollments of a person end with the gallery equal to the database', async () => {
    const { id } = await enrolled();
    await Promise.all([1, 2, 3, 4].map((seed) => services.enroll(id, [newTemplate('aggregate', seed)])));
    expect(changes.at(-1)!.entry).toEqual(await entryOf(id));
    expect((await entryOf(id))!.embeddings).toHaveLength(1);
  });

  it('saving templates needs the current consent', async () => {
    const { id } = await services.addPerson();
    await expect(services.enroll(id, [newTemplate('aggregate', 1)])).rejects.toMatchObject({
      code: 'wrong-state',
    });
    expect(await entryOf(id)).toBeUndefined();

    await services.database.fork().execute(
      `insert into consent (id, person_id, version, language, method, given_at, recorded_by)
       values (gen_random_uuid(), ?, 'an-old-one', 'en', 'in-person', now(), ?)`,
      [id, await services.accountId()],
    );
    await expect(services.enroll(id, [newTemplate('aggregate', 1)])).rejects.toMatchObject({
      code: 'wrong-state',
    });
  });

  it('invalid templates are refused and change nothing', async () => {
    const { id, set } = await enrolled();
    const short = { ...newTemplate('front', 1), embedding: new Float32Array(7) };
    const broken = { ...newTemplate('front', 1), embedding: new Float32Array(8).fill(Number.NaN) };
    for (const bad of [[], [short], [broken]])
      await expect(services.enroll(id, bad)).rejects.toThrow(/template/);
    expect((await entryOf(id))!.embeddings).toHaveLength(set.length);
  });

  it('templates of different models are kept apart', async () => {
    const { id } = await enrolled();
    const { database, log, personKeys, consentTexts } = services;
    const parts = { database, log, personKeys, consentTexts };
    const other = new TemplateStore({ ...parts, contract: 'other@1/8' });
    expect((await other.loadGallery()).map(({ personId }) => personId)).not.toContain(id);
  });

  it('the gallery loads more people than one page holds', async () => {
    // 501 people with a key each come before the one who has templates.
    const { id, set } = await enrolled(30);
    await services.database.fork().execute(
      `with p as (
         insert into person (id, number, given_name, family_name, department, job_title, email, phone, status, created_at)
         select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'bulk-' || i, 'x', 'y', null, '', '', '', 'active', now()
         from generate_series(1, 501) i returning id)
       insert into person_key (person_id, id, master_key_id, wrapped, created_at)
       select id, gen_random_uuid(), 'x', '', now() from p`,
    );
    expect((await entryOf(id))!.embeddings).toHaveLength(set.length);
  });
});

describe('the people in the gallery', () => {
  it.each(['suspended', 'left'] as const)(
    'a person who is %s leaves the gallery and returns when active',
    async (status) => {
      const { id, set } = await enrolled();
      await services.people.update(id, { status });
      expect(await entryOf(id)).toBeUndefined();
      expect(changes.at(-1)).toEqual({ personId: id, entry: null });
      await services.people.update(id, { status: 'active' });
      expect((await entryOf(id))!.embeddings).toHaveLength(set.length);
      expect(changes.at(-1)!.entry!.embeddings).toHaveLength(set.length);
    },
  );

  it('a person whose templates were removed leaves the gallery', async () => {
    const { id } = await enrolled();
    await services.consents.withdraw(id, { accountId: await services.accountId() });
    expect(changes).toEqual([{ personId: id, entry: null }]);
    expect(
      await services.database.fork().execute('select 1 from template where person_id = ?', [id]),
    ).toEqual([]);
    expect(
      await services.database.fork().execute('select 1 from person_key where person_id = ?', [id]),
    ).toEqual([]);
  });
});

describe('a database that cannot be read', () => {
  it('a person whose templates cannot be read leaves the gallery until the database can be read', async () => {
    const { id } = await enrolled(110);
    await broken();
    try {
      await services.templates.publish(id);
      expect(changes).toEqual([{ personId: id, entry: null }]);
      // The second and the third attempt fail as well, and report no further change.
      await expect
        .poll(() => lines.filter((line) => line.includes('trying again')).length)
        .toBeGreaterThan(2);
      expect(changes).toHaveLength(1);
    } finally {
      await repaired();
    }
    await expect.poll(() => changes.at(-1)!.entry).toEqual(await entryOf(id));
    expect(changes).toHaveLength(2);
  });

  it('a closed template store does not query the database again', async () => {
    const { id } = await enrolled(120);
    const { database, log, personKeys, consentTexts } = services;
    const parts = { database, log, personKeys, consentTexts };
    const store = new TemplateStore({ ...parts, contract: CONTRACT, retryAfter: 1 });
    const reported: GalleryChange[] = [];
    store.on('gallery.changed', (change) => reported.push(change));
    await broken();
    try {
      await store.publish(id);
      await Promise.all([store.close(), store.close()]);
    } finally {
      await repaired();
    }
    // This takes longer than the delay before the next attempt.
    for (let i = 0; i < 20; i++) await entryOf(id);
    expect(reported).toEqual([{ personId: id, entry: null }]);
  });
});

describe('templates at rest', () => {
  it('the database holds no embedding in clear text', async () => {
    const { id, set } = await enrolled(40);
    const rows = await services.database
      .fork()
      .execute<{ row: string; sealed: Buffer }[]>(
        'select t::text "row", sealed from template t where person_id = ?',
        [id],
      );
    expect(rows).toHaveLength(set.length);
    for (const { embedding } of set) {
      // Searches for each pair of neighboring numbers, so that even a part of an embedding in clear text is found.
      for (let i = 0; i + 1 < embedding.length; i++) {
        const pair = Buffer.from(embedding.buffer, i * 4, 8);
        for (const { row, sealed } of rows) {
          expect(sealed.includes(pair)).toBe(false);
          expect(row).not.toContain(pair.toString('hex'));
        }
      }
    }
  });

  it('a tampered template is reported and left out, and the others still open', async () => {
    const { id, set } = await enrolled(50);
    const [row] = await services.database.fork().execute<{ id: string }[]>(
      `update template set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)
         where person_id = ? and bin = 'front' returning id`,
      [id],
    );
    lines.length = 0;
    const entry = await entryOf(id);
    expect(entry!.embeddings).toHaveLength(set.length - 1);
    expect(entry!.embeddings).not.toContainEqual(set[0]!.embedding);
    const report = lines.find((line) => line.includes(row!.id));
    expect(JSON.parse(report!)).toMatchObject({ level: 50, personId: id, templateId: row!.id });
  });

  it.each([
    ['another person', `update template set person_id = :other where person_id = :id`],
    [
      'another bin',
      `update template set bin = case bin when 'front' then 'left' when 'left' then 'aggregate' else 'front' end where person_id = :id`,
    ],
    ['another key', `update template set key_id = gen_random_uuid() where person_id = :id`],
  ])('a row moved to %s does not open', async (_, sql) => {
    const { id } = await enrolled(60);
    const other = await enrolled(70);
    await services.database.fork().execute('delete from template where person_id = ?', [other.id]);
    const bound = sql.replaceAll(':other', `'${other.id}'`).replaceAll(':id', `'${id}'`);
    await services.database.fork().execute(bound);
    expect(await entryOf(id)).toBeUndefined();
    expect(await entryOf(other.id)).toBeUndefined();
  });

  it("destroying a person's key makes their templates unreadable", async () => {
    const { id } = await enrolled(80);
    const em = services.database.fork();
    const [lost] = await em.execute<{ wrapped: Buffer }[]>(
      'delete from person_key where person_id = ? returning *',
      [id],
    );
    expect(lost).toBeDefined();
    expect(await em.execute('select 1 from template where person_id = ?', [id])).not.toEqual([]);
    expect(await entryOf(id)).toBeUndefined();
  });

  it('a key without its share in the key store opens nothing and is logged once', async () => {
    const { id } = await enrolled(90);
    await services.keyStore.destroy(id);
    lines.length = 0;
    expect(await entryOf(id)).toBeUndefined();
    expect(lines.filter((line) => line.includes(id) && line.includes('not in the key store'))).toHaveLength(
      3,
    );
    lines.length = 0;
    expect(await entryOf(id)).toBeUndefined();
    expect(lines.some((line) => line.includes('does not open'))).toBe(false);
  });

  it('the store lists the master keys in use', async () => {
    await enrolled(95);
    expect(await masterKeysInUse(services.database.fork())).toContain(services.keys.currentId);
  });

  it('the log contains neither embeddings nor keys', async () => {
    const { id, set } = await enrolled(100);
    await services.consents.withdraw(id, { accountId: await services.accountId() });
    const log = lines.join('');
    expect(log).toContain(id);
    for (const { embedding } of set) expect(log).not.toContain(String(embedding[0]));
    expect(log).not.toMatch(/wrapped|embedding/);
  });
});
