// cspell:ignore Müßig Øster José Ñandú كريم İbrahim Ilgın Đặng mussig MÜSSIG lukasz oster nandu مینا کریم ibrahim ILGIN nändü
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsentInput } from '#protocol/consents.ts';
import { Person } from '../../server/db/entities/person.ts';
import { PERSONAL } from '../../server/people/erasure.ts';
import { PeopleService } from '../../server/people/people-service.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let by: { accountId: string };
let shown: ConsentInput;

beforeAll(async () => {
  services = await openDataServices();
  by = { accountId: await services.accountId() };
  shown = { version: services.consentTexts.current.version, language: 'en', method: 'in-person' };
});
afterAll(() => services.close());

/** The numbers of the people who are found. */
async function find(search: string): Promise<string[]> {
  return (await services.people.page({ search, limit: 200 })).people.map(({ number }) => number);
}

describe('people', () => {
  it('a person is stored with all fields', async () => {
    const input = {
      number: 'F-1',
      givenName: 'Ada',
      familyName: 'Lovelace',
      department: 'Engines',
      jobTitle: 'Analyst',
      email: 'ada@example.org',
      phone: '+44 20 1234 5678',
      startDate: '2026-03-29',
    };
    const { id } = await services.addPerson(input);
    expect(await services.people.get(id)).toEqual({
      ...input,
      siteId: null,
      id,
      displayName: 'Ada Lovelace',
      version: expect.any(String) as string,
      status: 'active',
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/) as string,
      consent: null,
      enrollment: null,
      lookAlikes: [],
      formerly: [],
      reenroll: null,
    });
  });

  it('employee numbers are unique without regard to letter case', async () => {
    await services.addPerson({ number: 'dup-1' });
    const second = await services.addPerson({ number: 'dup-2' });
    const taken = { code: 'conflict', faults: [{ path: 'number', message: 'belongs to another person' }] };
    await expect(services.addPerson({ number: 'DUP-1' })).rejects.toMatchObject(taken);
    await expect(services.people.update(second.id, { number: 'Dup-1' })).rejects.toMatchObject(taken);
    expect((await services.people.get(second.id))!.number).toBe('dup-2');
  });

  it('a change affects only the fields it names', async () => {
    const { id } = await services.addPerson({ department: 'Sales', phone: '12345' });
    const changed = await services.people.update(id, { phone: '', familyName: 'Murray' });
    expect(changed).toMatchObject({ department: 'Sales', phone: '', displayName: 'Grace Murray' });
  });

  it('a search finds people who match every word in any field', async () => {
    await services.addPerson({ number: 'S-1', givenName: 'Zoë', familyName: 'Quill', department: 'R&D' });
    await services.addPerson({ number: 'S-2', givenName: 'Zoë', familyName: 'Quartz', department: 'Sales' });
    expect(await find('zoë')).toEqual(['S-2', 'S-1']);
    expect(await find('zoë  SALES')).toEqual(['S-2']);
    expect(await find('s-1 quill')).toEqual(['S-1']);
    expect(await find('zoë nobody')).toEqual([]);
  });

  it('a search finds letters with and without accents, composed or not, and in any case', async () => {
    const names = [
      'Zoë Müßig',
      'Łukasz Øster',
      'José Ñandú',
      'مي\u200cنا كريم',
      'İbrahim Ilgın',
      'Đặng O’Hara',
    ];
    for (const [i, name] of names.entries()) {
      const [givenName, familyName] = name.split(' ');
      await services.addPerson({ number: `A-${i}`, givenName, familyName });
    }
    expect(await find('zoe mussig')).toEqual(['A-0']);
    expect(await find('ZOE\u0308 MÜSSIG')).toEqual(['A-0']);
    expect(await find('lukasz oster')).toEqual(['A-1']);
    expect(await find('nandu')).toEqual(['A-2']);
    expect(await find('مینا کریم')).toEqual(['A-3']);
    expect(await find('ibrahim ILGIN')).toEqual(['A-4']);
    expect(await find("dang o'hara")).toEqual(['A-5']);
    expect(await find('nändü')).toEqual(['A-2']);
  });

  it('people are in the order of the alphabet, and numbers in the order of their values, page by page', async () => {
    const department = 'Sorted';
    for (const [familyName, givenName, number] of [
      ['Zimmer', 'Al', 'O-1'],
      ['Öhm', 'Bo', 'O-2'],
      ['ohm', 'Cy', 'O-3'],
      ['Ohm', 'Cy', 'O-10'],
      ['Ohm', 'Cy', 'O-9'],
      ['', 'Pele', 'O-4'],
      ['Ohm Kraft', 'Al', 'O-5'],
    ]) {
      await services.addPerson({ number, givenName, familyName, department });
    }
    const sorted: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const { people, next } = await services.people.page({ department, limit: 2, after });
      sorted.push(...people.map(({ number }) => number));
      after = next;
    }
    expect(sorted).toEqual(['O-2', 'O-3', 'O-9', 'O-10', 'O-5', 'O-4', 'O-1']);
  });

  it('search wildcards of the database have no special meaning', async () => {
    await services.addPerson({ number: 'W-1', givenName: 'Per', familyName: 'Cent', department: '100 %' });
    expect(
      (await services.people.page({ search: '100 %', limit: 200 })).people.map(({ number }) => number),
    ).toEqual(['W-1']);
    expect((await services.people.page({ search: '___-_', limit: 200 })).people).toEqual([]);
    expect((await services.people.page({ search: String.raw`\ ' "`, limit: 200 })).people).toEqual([]);
  });

  it('an unknown person id is not found', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await services.people.get(nobody)).toBeNull();
    await expect(services.people.update(nobody, {})).rejects.toMatchObject({ code: 'not-found' });
    await expect(services.people.erase(nobody)).rejects.toMatchObject({ code: 'not-found' });
    await expect(services.consents.give(nobody, shown, by)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('display names', () => {
  it('a person may have a single name, but not none', async () => {
    const one = await services.addPerson({ givenName: '', familyName: 'Suharto' });
    expect(one.displayName).toBe('Suharto');
    await expect(services.people.update(one.id, { familyName: '' })).rejects.toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'familyName' }],
    });
    const changed = await services.people.update(one.id, { givenName: 'Cher', familyName: '' });
    expect(changed.displayName).toBe('Cher');
  });

  it('a site that writes the family name first does so for its people, also for those who were there before', async () => {
    const [site] = await services.sites.list();
    const { id } = await services.addPerson({ givenName: 'Anna', familyName: 'Nagy' });
    const yamada = await services.addPerson({ givenName: '太郎', familyName: '山田' });
    const elsewhere = await services.sites.create({ name: 'Elsewhere', timeZone: 'Europe/Paris' });
    const other = await services.addPerson({ givenName: 'Ada', familyName: 'Byron', siteId: elsewhere.id });
    try {
      await services.sites.update(site!.id, { nameOrder: 'family-first' });
      await services.people.reloadNames();
      expect(services.people.nameOf(id)).toBe('Nagy Anna');
      expect(services.people.nameOf(yamada.id)).toBe('山田太郎');
      expect(services.people.nameOf(other.id)).toBe('Ada Byron');
      const moved = await services.people.update(other.id, { siteId: null });
      expect(moved.displayName).toBe('Byron Ada');
    } finally {
      await services.sites.update(site!.id, { nameOrder: 'given-first' });
      await services.people.reloadNames();
    }
    expect(services.people.nameOf(id)).toBe('Anna Nagy');
  });

  it('a display name is current at once, after a change and after a restart', async () => {
    const { id } = await services.addPerson({ givenName: 'Mary', familyName: 'Shelley' });
    expect(services.people.nameOf(id)).toBe('Mary Shelley');
    await services.people.update(id, { familyName: 'Godwin' });
    expect(services.people.nameOf(id)).toBe('Mary Godwin');
    const restarted = await PeopleService.create({ ...services, contract: CONTRACT });
    expect(restarted.nameOf(id)).toBe('Mary Godwin');
  });
});

describe('consent', () => {
  it('a consent is recorded with version, author and time', async () => {
    const { id } = await services.addPerson();
    await services.consents.give(id, shown, by);
    expect((await services.people.get(id))!.consent).toMatchObject({ version: shown.version, current: true });
    const rows = await services.database.fork().execute('select * from consent where person_id = ?', [id]);
    expect(rows).toMatchObject([{ ...shown, recorded_by: by.accountId }]);
  });

  it('a consent to an outdated text is refused', async () => {
    const { id } = await services.addPerson();
    for (const other of [
      { ...shown, version: '1999' },
      { ...shown, language: 'tlh' },
    ]) {
      await expect(services.consents.give(id, other, by)).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await services.people.candidate(id)).toMatchObject({ consentCurrent: false });
  });

  it('an enrollment needs a consent to the current text', async () => {
    const { id } = await services.addConsentedPerson();
    expect(await services.people.candidate(id)).toMatchObject({ id, consentCurrent: true });
    await services.database.fork().execute(`update consent set version = 'old' where person_id = ?`, [id]);
    expect(await services.people.candidate(id)).toMatchObject({ consentCurrent: false });
    expect((await services.people.get(id))!.consent).toMatchObject({ version: 'old', current: false });
  });
});

describe('withdrawn consents', () => {
  it('a withdrawn consent no longer counts, deletes the templates, and stays on record', async () => {
    const { id } = await services.addConsentedPerson();
    await services.enroll(id, [newTemplate('aggregate', 7)]);
    await services.consents.withdraw(id, by);
    expect(await services.people.get(id)).toMatchObject({ consent: null, enrollment: null });
    expect(await services.people.candidate(id)).toMatchObject({ consentCurrent: false });
    // An enrollment that was being captured at the same time.
    await expect(services.enroll(id, [newTemplate('aggregate', 8)])).rejects.toMatchObject({
      code: 'wrong-state',
    });
    const rows = await services.database.fork().execute('select * from consent where person_id = ?', [id]);
    expect(rows).toMatchObject([
      { ...shown, recorded_by: by.accountId, withdrawn_by: by.accountId, withdrawn_at: expect.anything() },
    ]);
  });

  it('a withdrawn consent can be given again', async () => {
    const { id } = await services.addConsentedPerson();
    await services.consents.withdraw(id, by);
    await services.consents.give(id, shown, by);
    expect((await services.people.get(id))!.consent).toMatchObject({ current: true });
    await services.enroll(id, [newTemplate('aggregate', 7)]);
    const rows = await services.database.fork().execute('select 1 from consent where person_id = ?', [id]);
    expect(rows).toHaveLength(2);
  });

  it('withdrawing a consent of an unknown person is refused', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(services.consents.withdraw(nobody, by)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('enrollments', () => {
  it('an enrollment is shown with its pose bins and quality', async () => {
    const { id } = await services.addConsentedPerson();
    await services.enroll(id, [
      { ...newTemplate('aggregate', 1), quality: 0.1 },
      { ...newTemplate('left', 2), quality: 0.6 },
      { ...newTemplate('front', 3), quality: 0.8 },
    ]);
    expect((await services.people.get(id))!.enrollment).toMatchObject({
      templates: 3,
      bins: ['front', 'left'],
      quality: expect.closeTo(0.7) as number,
    });
  });
});

describe('erasing a person', () => {
  it('erasing a person removes all personal data and leaves a pseudonym', async () => {
    const { id } = await services.addConsentedPerson({
      number: 'X-77',
      givenName: 'Xaver',
      familyName: 'Xylander',
      email: 'xaver@example.org',
      phone: '555 777',
      department: 'Xenology',
      startDate: '2020-01-01',
    });
    await services.enroll(id, [newTemplate('aggregate', 5)]);
    await services.people.erase(id);

    expect(await services.people.get(id)).toBeNull();
    expect((await services.people.page({ search: 'Xylander', limit: 200 })).people).toEqual([]);
    expect(services.people.nameOf(id)).toBeUndefined();
    expect(await services.people.candidate(id)).toBeNull();
    const em = services.database.fork();
    const [row] = await em.execute<{ row: string }[]>('select p::text "row" from person p where id = ?', [
      id,
    ]);
    expect(row!.row).not.toMatch(/x-77|xaver|xylander|xenology|555|2020/i);
    const left = await em.execute(
      `select 'template' from template where person_id = :id
       union all select 'key' from person_key where person_id = :id
       union all select 'enrollment' from enrollment where person_id = :id`.replaceAll(':id', `'${id}'`),
    );
    expect(left).toEqual([]);
    expect((await services.templates.loadGallery()).map(({ personId }) => personId)).not.toContain(id);
  });

  it('erasing a person clears every property marked as personal', async () => {
    const { id } = await services.addPerson();
    await services.addDepartment('secret department');
    const em = services.database.fork();
    const person = await em.findOneOrFail(Person, id);
    const values: Partial<Record<(typeof PERSONAL)[number], unknown>> = {
      startDate: '1999-09-09',
      formerly: [{ number: 'secret former', name: 'secret formerly' }],
    };
    for (const name of PERSONAL) em.assign(person, { [name]: values[name] ?? `secret ${name}` });
    await em.flush();
    const columns = async () => {
      const [row] = await em.execute<{ row: string }[]>('select p::text "row" from person p where id = ?', [
        id,
      ]);
      return row!.row;
    };
    expect(new Set((await columns()).match(/secret \w+|1999/g)).size).toBeGreaterThanOrEqual(PERSONAL.length);
    await services.people.erase(id);
    expect(await columns()).not.toMatch(/secret|1999/);
  });

  it('erasing a person frees the employee number and cannot be repeated', async () => {
    const { id } = await services.addPerson({ number: 'free-1' });
    await services.people.erase(id);
    await expect(services.people.erase(id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await services.addPerson({ number: 'free-1' })).number).toBe('free-1');
  });

  it('erasing a person leaves no templates, even if an enrollment is saved at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await services.addConsentedPerson();
      await Promise.allSettled([
        services.enroll(id, [newTemplate('aggregate', round)]),
        services.people.erase(id),
      ]);
      expect(await services.people.get(id)).toBeNull();
      const left = await services.database.fork().execute('select 1 from template where person_id = ?', [id]);
      expect(left).toEqual([]);
    }
  });
});
