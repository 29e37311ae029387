// cspell:ignore recordset
/** Writes many people with one statement, each as a whole record. */
import type { Em } from '../db/database.ts';
import type { NewPerson } from '../protocol/people.ts';

export interface PersonRecord extends NewPerson {
  id: string;
}

const FIELDS = `id uuid, number text, given_name text, family_name text, department text, job_title text, email text,
  phone text, start_date date, site_id uuid, status text`;

export async function insertPeople(em: Em, people: readonly PersonRecord[]): Promise<void> {
  const now = new Date();
  await em.execute(
    `insert into person (id, number, given_name, family_name, department, job_title, email, phone, start_date, site_id,
                         status, created_at, left_at)
     select id, number, given_name, family_name, department, job_title, email, phone, start_date, site_id, status,
            ?::timestamptz, case when status = 'left' then ?::timestamptz end
     from jsonb_to_recordset(?::jsonb) as r (${FIELDS})`,
    [now, now, rowsOf(people)],
  );
}

/** The employee number stays as it is. */
export async function updatePeople(em: Em, people: readonly PersonRecord[]): Promise<void> {
  await em.execute(
    `update person p set given_name = r.given_name, family_name = r.family_name, department = r.department,
       job_title = r.job_title, email = r.email, phone = r.phone, start_date = r.start_date, site_id = r.site_id,
       status = r.status,
       left_at = case when p.status = r.status then p.left_at when r.status = 'left' then ?::timestamptz end
     from jsonb_to_recordset(?::jsonb) as r (${FIELDS}) where p.id = r.id`,
    [new Date(), rowsOf(people)],
  );
}

function rowsOf(people: readonly PersonRecord[]): string {
  return JSON.stringify(
    people.map((person) => ({
      id: person.id,
      number: person.number,
      given_name: person.givenName,
      family_name: person.familyName,
      department: person.department || null,
      job_title: person.jobTitle,
      email: person.email,
      phone: person.phone,
      start_date: person.startDate,
      site_id: person.siteId,
      status: person.status,
    })),
  );
}
