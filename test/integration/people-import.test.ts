/** Import and export of people over the API, with PostgreSQL and files as HR programs write them. */
// cspell:ignore Ängström Müller Jörg Nachname Vorname Abteilung Eintritt Personalnummer gesperrt Yann Ausgeschieden
import { randomUUID } from 'node:crypto';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportPreview, ImportProgress, ImportResult } from '#protocol/people-files.ts';
import type { PeoplePage } from '#protocol/people.ts';
import type { Problem } from '#protocol/error.ts';
import type { SiteView } from '#protocol/sites.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Person } from '../../server/db/entities/person.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Saturday noon in Paris. */
const NOW = Date.parse('2026-11-28T11:00:00Z');

let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

interface Line {
  progress?: ImportProgress;
  result?: ImportResult;
  problem?: Problem;
}

const upload = (path: string, content: Uint8Array | string, headers: Record<string, string> = {}) =>
  owner.upload(`/api/v1/people/imports${path}`, content, headers);

async function preview(content: Uint8Array | string, query = ''): Promise<ImportPreview> {
  const response = await upload(`/preview?${query}`, content);
  expect(response.status).toBe(200);
  return (await response.json()) as ImportPreview;
}

async function lines(content: Uint8Array | string, query = '', key: string = randomUUID()): Promise<Line[]> {
  const response = await upload(`?${query}`, content, { 'idempotency-key': key });
  expect(response.status).toBe(200);
  return (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function run(content: Uint8Array | string, query = ''): Promise<ImportResult> {
  const { result } = (await lines(content, query)).at(-1)!;
  return result!;
}

async function find(search: string) {
  const { people } = await owner.json<PeoplePage>('GET', `/api/v1/people?search=${search}`);
  return people;
}

const events = (act: string) =>
  services.database.fork().find(AuditEvent, { act }, { orderBy: { seq: 'asc' } });

const windows1252 = (text: string) => Buffer.from(text, 'latin1');

async function leftAt(number: string): Promise<Date | null | undefined> {
  return (await services.database.fork().findOneOrFail(Person, { number })).leftAt;
}

async function fetched(query: string): Promise<Buffer> {
  const response = await owner.send('GET', `/api/v1/people/file?${query}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('an import', () => {
  it('shows first and writes then what a German file in Windows-1252 says', async () => {
    const content = windows1252(
      'Personal-Nr.;Nachname;Vorname;Abteilung;Eintritt\r\n0007;Ängström;Jörg;CAFÉ;01.02.2020\r\n0008;Müller;"Ann; Lea";;\r\n',
    );
    await services.addDepartment('Café');
    const shown = await preview(content);
    expect(shown).toMatchObject({
      kind: 'csv',
      encoding: 'windows-1252',
      delimiter: 'semicolon',
      headerRow: 1,
      mapping: { number: 1, familyName: 2, givenName: 3, department: 4, startDate: 5 },
      missing: [],
      dates: null,
      counts: { create: 2, update: 0, unchanged: 0, 'left-out': 0 },
      rows: [
        { row: 2, number: '0007', name: 'Jörg Ängström', act: 'create', problems: [] },
        { row: 3, number: '0008', name: 'Ann; Lea Müller', act: 'create', problems: [] },
      ],
    });
    expect(shown.columns[4]).toEqual({ name: 'Eintritt', samples: ['01.02.2020'] });
    expect(await find('0007')).toEqual([]);

    expect((await run(content)).counts).toEqual(shown.counts);
    expect(await find('0007')).toMatchObject([
      {
        number: '0007',
        displayName: 'Jörg Ängström',
        department: 'Café',
        startDate: '2020-02-01',
        status: 'active',
      },
    ]);
    expect(services.people.nameOf((await find('0008'))[0]!.id)).toBe('Ann; Lea Müller');
  });

  it('updates by employee number in any case, and leaves alone what no column or a blank cell says', async () => {
    await services.addPerson({
      number: 'U-1',
      givenName: 'Uma',
      familyName: 'Old',
      department: 'Lab',
      phone: '+33 1 23 45',
    });
    await services.addPerson({ number: 'U-2', givenName: 'Ugo', familyName: 'Same', jobTitle: 'Cook' });
    const content = 'id,last name,department,job title\nu-1,New,,\nU-2,Same,,Cook\n';
    const { counts, rows } = await run(content);
    expect(counts).toEqual({ create: 0, update: 1, unchanged: 1, 'left-out': 0 });
    expect(rows[0]).toMatchObject({ number: 'u-1', act: 'update', changes: ['familyName'] });
    const [uma] = await find('U-1');
    expect(uma).toMatchObject({
      number: 'U-1',
      displayName: 'Uma New',
      department: 'Lab',
      phone: '+33 1 23 45',
    });
    expect(services.people.nameOf(uma!.id)).toBe('Uma New');

    expect((await run(content, 'blank=clear')).counts).toMatchObject({ update: 1, unchanged: 1 });
    expect(await find('U-1')).toMatchObject([{ department: '', phone: '+33 1 23 45' }]);
  });

  it('leaves out the rows of a department that is not in the list, or adds it where that is asked for', async () => {
    await services.addDepartment('Night shift');
    const content = [
      'number,name,department',
      'D-1,One,night SHIFT',
      'D-2,Two,Day shift',
      'D-3,Three,DAY SHIFT',
      'D-4,Four,',
      'D-5,"Five",Only wrong',
      ',Nobody,Only wrong',
    ].join('\n');
    const unknown = { field: 'department', message: 'is not in the list of departments' };
    const shown = await preview(content);
    expect(shown.unknownDepartments).toEqual(['Day shift', 'Only wrong']);
    expect(shown.rows.map(({ act, problems }) => [act, problems[0] ?? null])).toEqual([
      ['create', null],
      ['left-out', { ...unknown, value: 'Day shift' }],
      ['left-out', { ...unknown, value: 'DAY SHIFT' }],
      ['create', null],
      ['left-out', { ...unknown, value: 'Only wrong' }],
      ['left-out', expect.objectContaining({ field: 'number' })],
    ]);

    const without = content.replace('D-5,"Five",Only wrong', 'D-5,"Five",');
    const { counts } = await run(without, 'unknownDepartments=add');
    expect(counts).toEqual({ create: 5, update: 0, unchanged: 0, 'left-out': 1 });
    const people = await Promise.all(['D-1', 'D-2', 'D-3', 'D-4'].map(find));
    expect(people.flat().map(({ department }) => department)).toEqual([
      'Night shift',
      'Day shift',
      'Day shift',
      '',
    ]);
    // That of a row that was left out is not added.
    const names = (await services.departments.list()).map(({ name }) => name);
    expect(names).toContain('Day shift');
    expect(names).not.toContain('Only wrong');
  });

  it('leaves out the rows with problems, and names every problem of each', async () => {
    const content = [
      'Number,Name,Email,Start date,Status,Site',
      ',Nobody,,,,',
      'P-1,"Pan, Peter",no address,31.02.2026,sleeping,Moon',
      'P-2,Twice,,,,',
      'p-2,Twice,,,,',
      'P-3,,,,,',
      '-P4,Bell,,,,',
      'P-5,Tinker Bell,bell@example.org,2026-01-05,gesperrt,',
    ].join('\n');
    const { counts, rows } = await preview(content);
    expect(counts).toEqual({ create: 1, update: 0, unchanged: 0, 'left-out': 6 });
    const problems = rows.map((row) => [row.row, row.problems.map((one) => `${one.field} ${one.message}`)]);
    expect(problems).toEqual([
      [2, ['number is missing']],
      [
        3,
        [
          'email is not an e-mail address such as ada@example.org',
          'startDate is not a date that can be read',
          'site is not the name of a site',
          'status is not one of active, suspended, left',
        ],
      ],
      [4, ['number is in the file more than once']],
      [5, ['number is in the file more than once']],
      [6, ['familyName is missing: a person needs at least one name']],
      [7, [expect.stringContaining('number is made of letters, digits')]],
      [8, []],
    ]);
    expect((await run(content)).rows).toEqual(rows);
    expect(await find('Tinker')).toMatchObject([
      { givenName: 'Tinker', familyName: 'Bell', status: 'suspended', startDate: '2026-01-05' },
    ]);
    expect(await find('Pan')).toEqual([]);
  });

  it('reads a workbook with typed cells below a title, and the columns that were chosen', async () => {
    const content = await writeXlsx({
      sheets: [
        {
          name: 'Export',
          rows: [
            ['Our people', null, null, null],
            [null, null, null, null],
            ['A', 'B', 'C', 'D'],
            [31, 'Xenia', 'Xu', new Date('2026-03-04T00:00:00Z')],
            [32, 'Yann', 'Yu', 46_085],
          ],
          columns: [{ numFmt: '0000' }, {}, {}, {}],
        },
      ],
    });
    expect(await preview(content)).toMatchObject({ missing: ['number', 'familyName'], rows: [] });
    const query = 'headerRow=3&number=1&givenName=2&familyName=3&startDate=4';
    expect((await run(content, query)).counts).toMatchObject({ create: 2 });
    expect(await find('0031')).toMatchObject([{ displayName: 'Xenia Xu', startDate: '2026-03-04' }]);
    expect(await find('0032')).toMatchObject([{ displayName: 'Yann Yu', startDate: '2026-03-04' }]);
  });

  it('says where a date can be read in two ways, and reads it as it was chosen', async () => {
    const content = 'number\tname\thire date\nD-1\tDay\t03/04/2026\n';
    expect(await preview(content)).toMatchObject({ delimiter: 'tab', dates: 'day-first' });
    await run(content, 'dates=month-first');
    expect(await find('D-1')).toMatchObject([{ startDate: '2026-03-04' }]);
    expect(await preview('number,name,hire date\nD-1,Day,03/24/2026\n')).toMatchObject({
      dates: 'month-first',
    });
  });

  it('is written once, however often it is sent with the same key', async () => {
    const content = 'number,name\nK-1,Kay\n';
    const key = randomUUID();
    const first = await lines(content, '', key);
    expect(first.slice(0, -1).map(({ progress }) => progress)).toEqual([
      { done: 0, of: 3 },
      { done: 1, of: 3 },
      { done: 3, of: 3 },
    ]);
    const [kay] = await find('K-1');
    await owner.json('PATCH', `/api/v1/people/${kay!.id}`, { familyName: 'Changed' });
    expect(await lines(content, '', key)).toEqual([first.at(-1)]);
    expect(await find('K-1')).toMatchObject([{ displayName: 'Changed' }]);
    const other = await upload('', `${content}K-2,Kit\n`, { 'idempotency-key': key });
    expect((await problemOf(other)).code).toBe('validation-failed');
    expect(await find('K-2')).toEqual([]);
  });

  it('records each person and the import itself, in a trail that stays intact', async () => {
    const before = (await events('people.imported')).length;
    await run('number,name\nT-1,Tim\nT-2,Tom\n');
    await run('number,name\nT-1,Tina\nT-2,Tom\n');
    const [tina] = await find('T-1');
    const own = await services.database
      .fork()
      .find(AuditEvent, { objectId: tina!.id }, { orderBy: { seq: 'asc' } });
    expect(own.map(({ act, actorName }) => [act, actorName])).toEqual([
      ['person.created', 'ada'],
      ['person.changed', 'ada'],
    ]);
    expect(JSON.parse(own[1]!.detail)).toMatchObject({ after: { fields: ['familyName'] } });
    const imports = await events('people.imported');
    expect(
      imports.slice(before).map(({ detail }) => (JSON.parse(detail) as { after: object }).after),
    ).toEqual([
      { created: 2, updated: 0, leftOut: 0 },
      { created: 0, updated: 1, leftOut: 0 },
    ]);
    expect((await verifyAudit(services.database, null)).faults).toEqual([]);
  });

  it('of a person who leaves says when, and of one who comes back nothing any more', async () => {
    await run('number,name,status\nL-1,Leo,active\n');
    await run('number,name,status\nL-1,Leo,left\n');
    expect(await leftAt('L-1')).toBeInstanceOf(Date);
    await run('number,name,status\nL-1,Leo,active\n');
    expect(await leftAt('L-1')).toBeNull();
  });

  it.each([
    ['no file', '', 422, 'validation-failed'],
    ['no workbook', 'PK\x03\x04', 422, 'validation-failed'],
    ['no column with a number', 'name\nAda\n', 422, 'validation-failed'],
  ])('a request with %s is refused, and nothing is written', async (_, content, status, code) => {
    const response = await upload('', content);
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
  });

  it('a file of people may have 20 MiB and not a byte more', async () => {
    const most = Buffer.alloc(20 * 1024 * 1024, ' ');
    expect(await problemOf(await upload('/preview', most))).toMatchObject({ code: 'validation-failed' });
    expect(await problemOf(await upload('/preview', Buffer.concat([most, Buffer.from(' ')])))).toMatchObject({
      code: 'too-large',
      detail: 'The file is larger than 20 MB.',
    });
  });

  it('JSON in place of a file is refused', async () => {
    const response = await owner.send('POST', '/api/v1/people/imports', {});
    expect((await problemOf(response)).code).toBe('bad-request');
  });

  it('a failure of the database after the first lines is the last line, and nothing is written', async () => {
    const em = services.database.fork();
    await em.execute(`create function refuse_zed() returns trigger language plpgsql as $$
      begin raise exception 'refused'; end $$`);
    await em.execute(`create trigger refuse_zed before insert on person for each row
      when (new.number = 'Z-600') execute function refuse_zed()`);
    try {
      const rows = Array.from({ length: 700 }, (_, i) => `Z-${i},Zed ${i}`);
      const sent = await lines(`number,name\n${rows.join('\n')}\n`);
      expect(sent.map((line) => Object.keys(line)[0])).toEqual(['progress', 'progress', 'problem']);
      expect(sent.at(-1)!.problem).toMatchObject({ code: 'internal', status: 500 });
      expect(await find('Z-1')).toEqual([]);
    } finally {
      await em.execute('drop trigger refuse_zed on person');
      await em.execute('drop function refuse_zed');
    }
  });
});

describe('an export', () => {
  beforeAll(async () => {
    const [{ id: _, version: _v, default: _d, ...usual }] = (await services.sites.list()) as [SiteView];
    const site = await owner.json<SiteView>('POST', '/api/v1/sites', { ...usual, name: 'Zürich, West' });
    await services.addPerson({
      number: '00042',
      givenName: '=1+1',
      familyName: 'Line "Q"; x',
      department: '-Ops',
      jobTitle: "'=Boss",
      startDate: '2020-02-29',
      email: 'q@example.org',
      phone: '+49 30 12 34',
      siteId: site.id,
      status: 'left',
    });
  });

  it.each([
    'csv&language=en',
    'csv&language=de',
    'csv&delimiter=tab',
    'xlsx&language=en',
    'xlsx&language=de',
  ])('as %s, imported again, changes nothing', async (format) => {
    const content = await fetched(`format=${format}`);
    const people = await services.database.fork().count(Person, { erasedAt: null });
    for (const query of ['', 'blank=clear']) {
      const { counts, rows } = await preview(content, query);
      expect(rows.filter(({ act }) => act !== 'unchanged')).toEqual([]);
      expect(counts).toEqual({ create: 0, update: 0, unchanged: people, 'left-out': 0 });
    }
  });

  it('holds the people that the filters leave, and is recorded without their names', async () => {
    const before = (await events('people.exported')).length;
    const { sheets } = await readXlsx(await fetched('format=xlsx&search=00042&language=de'));
    expect(sheets[0]!.rows).toEqual([
      expect.arrayContaining(['Personalnummer', 'Vorname', 'Status']),
      [
        '00042',
        '=1+1',
        'Line "Q"; x',
        '-Ops',
        "'=Boss",
        new Date('2020-02-29T00:00:00Z'),
        'q@example.org',
        '+49 30 12 34',
        'Zürich, West',
        'Ausgeschieden',
      ],
    ]);
    const [event] = (await events('people.exported')).slice(before);
    expect(JSON.parse(event!.detail)).toEqual({ after: { format: 'xlsx', filters: ['search'] } });
  });
});
