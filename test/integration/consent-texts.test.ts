import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsentTextStore } from '../../server/consent/consent-text-store.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let dataDir: string;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-consent-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const LONG = 'We would like to know you by your face. '.repeat(10);

async function put(files: Record<string, string | Buffer>): Promise<void> {
  await mkdir(path.join(dataDir, 'consent'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(path.join(dataDir, 'consent', name), text);
}

const open = () => ConsentTextStore.open({ database: services.database, dataDir });

describe('the built-in consent texts', () => {
  it('the built-in consent texts have the same paragraphs in English, German and French', async () => {
    const { current } = await open();
    expect(current.texts.map(({ language }) => language)).toEqual(['de', 'en', 'fr']);
    const paragraphs = current.texts.map(({ text }) => text.split('\n\n').length);
    expect(new Set(paragraphs)).toEqual(new Set([6]));
  });
});

describe('the consent texts of the operator', () => {
  it("the last version of the operator's consent texts replaces the built-in texts in all its languages", async () => {
    await put({
      '2027-9.en.md': `${LONG} nine`,
      '2027-10.en.md': `${LONG} ten`,
      '2027-10.pt-BR.md': `${LONG} dez`,
      '.2027-10.en.md.swp': 'of an editor',
    });
    const texts = await open();
    expect(texts.current.version).toBe('2027-10');
    expect(texts.current.texts.map(({ language }) => language)).toEqual(['en', 'pt-BR']);
    expect(texts.offers('2027-10', 'pt-BR')).toBe(true);
    expect(texts.offers('2027-10', 'de')).toBe(false);
    expect(texts.accepts('2027-9')).toBe(false);
  });

  it('faulty consent texts are refused with all faults in one message', async () => {
    await put({
      'notes.txt': LONG,
      '2027-01.en.md': 'Too short.',
      '2027-01.de.md': Buffer.concat([Buffer.from(LONG), Buffer.of(0xff, 0xfe)]),
      '2026-11.en.md': LONG,
    });
    const message = await open().then(String, (error: Error) => error.message);
    expect(message).toMatch(/4 fault/);
    expect(message).toMatch(/notes\.txt is not named VERSION\.LANGUAGE\.md/);
    expect(message).toMatch(/2027-01\.en\.md has fewer than 200 characters/);
    expect(message).toMatch(/2027-01\.de\.md is not plain UTF-8 text/);
    expect(message).toMatch(/version 2026-11 is one of Muster's own/);
  });

  it('a consent text may be edited until a person agrees to it; the agreed text stays in the database', async () => {
    await put({ '2028-01.en.md': `${LONG} draft` });
    await open();
    await put({ '2028-01.en.md': `${LONG} final` });
    await open();
    const { id } = await services.addPerson();
    await services.database.fork().execute(
      `insert into consent (id, person_id, version, language, method, given_at, recorded_by)
       values (gen_random_uuid(), ?, '2028-01', 'en', 'in-person', now(), ?)`,
      [id, await services.accountId()],
    );
    await put({ '2028-01.en.md': `${LONG} changed` });
    await expect(open()).rejects.toThrow(/2028-01\.en\.md was changed after 1 people had agreed/);
    const kept = await services.database
      .fork()
      .execute(`select text from consent_text where version = '2028-01'`);
    expect(kept).toEqual([{ text: `${LONG} final` }]);
    await rm(path.join(dataDir, 'consent', '2028-01.en.md'));
    expect((await open()).current.version).toBe('2026-11');
  });
});
