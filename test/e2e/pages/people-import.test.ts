/** Import of people in a real browser: file, columns, problems, import; then the list, and its export read back. */
// cspell:ignore Personal Nachname Vorname Abteilung Eintritt Kürzel Müller Jörg Zoë Werkstatt
import { readXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { Office, savedBy } from '../office.ts';

const PEOPLE = 130;
let office: Office;
let page: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  page = await office.setUp(await office.browser());
}, 120_000);
afterAll(() => office.close());

const at = (test: string) => page.locator(`[data-test=${test}]`);
const count = async (act: string) => at(`count-${act}`).locator('strong').textContent();

async function choose(test: string, value: string): Promise<void> {
  await at(test).click();
  await at(test).locator(`wa-option[value="${value}"]`).click();
}

/** As a German HR program writes it: Windows-1252, semicolons, and one column that no one can guess. */
function exported(): Buffer {
  const rows = Array.from(
    { length: PEOPLE },
    (_, i) => `${String(i + 1).padStart(5, '0')};Müller;Zo\u00eb ${i + 1};Werkstatt;03.04.2020`,
  );
  const broken = ';Nobody;;;\r\n00900;Bad;Date;;31.02.2020';
  return Buffer.from(
    `Ktr;Nachname;Vorname;Abteilung;Eintritt\r\n${rows.join('\r\n')}\r\n${broken}\r\n`,
    'latin1',
  );
}

it(
  'a file is mapped, checked and imported, and the list exports what was imported',
  { timeout: 180_000 },
  async () => {
    await page.goto(`${office.server.url}/people`);
    await at('files').click();
    await at('import').click();
    await page.waitForURL('**/people/import');

    const refused = { name: 'old.xls', mimeType: '', buffer: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]) };
    await at('file').setInputFiles(refused);
    await at('alert').getByText('old Excel file').waitFor();

    const file = { name: 'staff.csv', mimeType: 'text/csv', buffer: exported() };
    await at('file').setInputFiles(file);
    await at('missing').getByText('Employee number').waitFor();
    await expect.poll(() => at('column-familyName').evaluate((e: HTMLInputElement) => e.value)).toBe('2');
    await choose('column-number', '1');
    await at('missing').waitFor({ state: 'detached' });
    await at('next').click();

    // Its departments are not in the list yet.
    await at('unknown-departments').waitFor();
    expect(await count('create')).toBe('0');
    await at('add-departments').click();
    await expect.poll(() => count('create')).toBe(String(PEOPLE));
    expect(await count('left-out')).toBe('2');
    await at('count-left-out').click();
    expect(await at('row').count()).toBe(2);
    await at('row').last().getByText('First day “31.02.2020”: This date cannot be read.').waitFor();
    await at('count-left-out').click();
    expect(await at('row').count()).toBe(100);
    await at('more').click();
    await expect.poll(() => at('row').count()).toBe(PEOPLE + 2);

    await at('run').click();
    await at('done').getByText(`${PEOPLE} people were imported`).waitFor();
    const result = await savedBy(page, () => at('result').click());
    const lines = result.content.toString('utf8').split('\r\n');
    expect(lines[0]).toBe('\uFEFFRow,Employee number,Name,Result,Changed fields,Problems');
    expect(lines[1]).toBe('2,00001,Zoë 1 Müller,New,,');
    expect(lines).toHaveLength(1 + PEOPLE + 2);

    await at('people').click();
    await page.locator('[data-test=person]').first().getByText('Müller').waitFor();
    await page.goto(`${office.server.url}/people?search=00130`);
    await page.locator('[data-test=person]', { hasText: 'Zoë 130 Müller' }).waitFor();
    await at('files').click();
    const list = await savedBy(page, () => at('export-xlsx').click());
    const { sheets } = await readXlsx(list.content);
    expect(sheets[0]!.rows.slice(1)).toEqual([
      [
        '00130',
        'Zoë 130',
        'Müller',
        'Werkstatt',
        null,
        new Date('2020-04-03T00:00:00Z'),
        null,
        null,
        null,
        'Active',
      ],
    ]);
    expect(office.faults).toEqual([]);
  },
);

it('the exported list, imported again, changes nothing', { timeout: 120_000 }, async () => {
  await page.goto(`${office.server.url}/people`);
  await at('files').click();
  const { content } = await savedBy(page, () => at('export-csv').click());
  await page.goto(`${office.server.url}/people/import`);
  await at('file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: content });
  await at('next').click();
  await expect.poll(() => count('unchanged')).toBe(String(PEOPLE));
  expect(await at('summary').textContent()).toContain('There is nothing to import');
  expect(office.faults).toEqual([]);
});
