import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TemplateStore } from '../../server/biometrics/template-store.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

let services: DataServices;
const lines: string[] = [];
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(chunk.toString());
    done();
  },
});
beforeAll(async () => {
  services = await openDataServices({ log: pino({ level: 'warn' }, sink) });
});
afterAll(() => services.close());
beforeEach(() => void (lines.length = 0));

async function enrolled(): Promise<string> {
  const { id } = await services.addConsentedPerson();
  await services.enroll(id, [newTemplate('front', 1), newTemplate('left', 2), newTemplate('aggregate', 3)]);
  return id;
}
const change = (sql: string, id: string) => services.database.fork().execute(sql, [id]);
const FLIP = `update template set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where person_id = ?`;
const view = async (id: string) => (await services.people.get(id))!;
const complaints = (id: string) =>
  lines.filter((line) => line.includes(id) && line.includes('does not open')).length;
const events = async (id: string) =>
  services.database
    .fork()
    .execute<{ detail: string }[]>(
      `select detail from audit_event where act = 'template.unreadable' and object_id = ?`,
      [id],
    );

describe('people with unreadable templates', () => {
  it('a person with a tampered template is found at the start, logged once, audited, and shown until re-enrolled', async () => {
    const id = await enrolled();
    const before = await services.people.reenroll();
    await change(`${FLIP} and bin = 'front'`, id);
    expect((await view(id)).reenroll).toBeNull();

    // A new store loads everything, as at a start of the server.
    const { database, personKeys, consentTexts, log } = services;
    const store = () => new TemplateStore({ database, personKeys, consentTexts, log, contract: CONTRACT });
    const entries = await store().loadGallery();
    expect(entries.find(({ personId }) => personId === id)!.embeddings).toHaveLength(2);
    await store().loadGallery();

    expect(complaints(id)).toBe(1);
    const found = await events(id);
    expect(found.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { after: { templates: 1, why: [expect.stringContaining('does not open')] } },
    ]);
    expect((await view(id)).reenroll).toEqual({ why: 'unreadable', recognized: true });
    expect((await view(id)).enrollment).toMatchObject({ templates: 2 });
    expect(await services.people.reenroll()).toBe(before + 1);

    await services.enroll(id, [newTemplate('aggregate', 4)]);
    expect((await view(id)).reenroll).toBeNull();
    expect(await services.people.reenroll()).toBe(before);
  });

  it('a person with tampered templates is found at their next change and is not recognized when no template opens', async () => {
    const id = await enrolled();
    await change(FLIP, id);
    await services.people.update(id, { status: 'active' });
    expect(complaints(id)).toBe(3);
    expect(await view(id)).toMatchObject({
      enrollment: null,
      reenroll: { why: 'unreadable', recognized: false },
    });
    expect(await events(id)).toHaveLength(1);
  });

  it('a person whose key was removed or changed is found', async () => {
    const [without, changed] = [await enrolled(), await enrolled()];
    await change('delete from person_key where person_id = ?', without);
    await change(
      'update person_key set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1) where person_id = ?',
      changed,
    );
    await services.templates.loadGallery();
    for (const id of [without, changed]) {
      expect((await view(id)).reenroll).toEqual({ why: 'unreadable', recognized: false });
      expect(await events(id)).toHaveLength(1);
    }
  });
});
