/** People as the API shows them, with their consent and enrollment. */
import { displayName } from './display-name.ts';
import type { Em } from '../db/database.ts';
import { recordVersion } from '../db/record-version.ts';
import type { Person } from '../db/entities/person.ts';
import type { ModelContract } from '../protocol/analyzer.ts';
import { POSE_BINS } from '../protocol/face.ts';
import { personChange, type PersonView, type Reenroll } from '../protocol/people.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';

interface ConsentRow {
  personId: string;
  version: string;
  givenAt: Date;
}

interface EnrollmentRow {
  personId: string;
  contract: ModelContract;
  /** Templates that are not known to be unreadable. */
  templates: number;
  unreadable: number;
  bins: string[];
  enrolledAt: Date;
  quality: number;
}

interface LookAlikeRow {
  personId: string;
  id: string;
  displayName: string;
}

/** The contracts whose templates are used. */
export interface ContractsInUse {
  contract: ModelContract;
  /** Contract of the previous model pack, where it still runs beside the one in use. */
  former?: ModelContract | null;
}

/** In the given order. Takes three queries, however many people there are. */
export async function viewPeople(
  em: Em,
  people: readonly Person[],
  inUse: ContractsInUse,
  texts: ConsentTextStore,
): Promise<PersonView[]> {
  if (people.length === 0) return [];
  // One parameter, not one per person: PostgreSQL takes 65,535.
  const ids = `{${people.map(({ id }) => id).join(',')}}`;
  const [consents, enrollments, lookAlikes] = await Promise.all([
    em.execute<ConsentRow[]>(
      `select distinct on (person_id) person_id "personId", version, given_at "givenAt"
       from consent where person_id = any(?::uuid[]) and withdrawn_at is null
       order by person_id, given_at desc`,
      [ids],
    ),
    em.execute<EnrollmentRow[]>(
      `select person_id "personId", contract, array_agg(distinct bin) bins,
              count(*) filter (where unreadable_at is null)::int templates, count(unreadable_at)::int unreadable,
              max(created_at) "enrolledAt",
              coalesce(avg(quality) filter (where bin <> 'aggregate'), avg(quality)) quality
       from template where person_id = any(?::uuid[]) group by person_id, contract`,
      [ids],
    ),
    em.execute<LookAlikeRow[]>(
      `select l.person_id "personId", p.id, p.display_name "displayName"
       from look_alike l join person p on p.id = l.other_id
       where l.person_id = any(?::uuid[]) order by p.sort_name, p.id`,
      [ids],
    ),
  ]);
  const consentOf = new Map(consents.map((row) => [row.personId, row]));
  const enrollmentsOf = Map.groupBy(enrollments, ({ personId }) => personId);
  const lookAlikesOf = Map.groupBy(lookAlikes, ({ personId }) => personId);
  return people.map((person) => ({
    ...view(person, consentOf.get(person.id), enrollmentsOf.get(person.id) ?? [], inUse, texts),
    lookAlikes: (lookAlikesOf.get(person.id) ?? []).map(({ id, displayName: name }) => ({
      id,
      displayName: name,
    })),
  }));
}

function view(
  person: Person,
  consent: ConsentRow | undefined,
  enrollments: readonly EnrollmentRow[],
  inUse: ContractsInUse,
  texts: ConsentTextStore,
): Omit<PersonView, 'lookAlikes'> {
  const { id, number, givenName, familyName, department, jobTitle, email, phone, status } = person;
  const own = enrollments.find(({ contract }) => contract === inUse.contract);
  const enrollment = own && own.templates > 0 ? own : null;
  return {
    id,
    version: personVersion(person),
    number: number ?? '',
    givenName,
    familyName,
    displayName: displayName(person),
    department: department ?? '',
    jobTitle,
    email,
    phone,
    status,
    startDate: person.startDate ?? null,
    siteId: person.siteId ?? null,
    createdAt: person.createdAt.toISOString(),
    formerly: (person.formerly ?? []).map(({ number: was, name }) => ({ number: was, name })),
    consent: consent
      ? {
          version: consent.version,
          givenAt: new Date(consent.givenAt).toISOString(),
          current: texts.accepts(consent.version),
        }
      : null,
    enrollment: enrollment
      ? {
          templates: enrollment.templates,
          bins: POSE_BINS.filter((bin) => enrollment.bins.includes(bin)),
          enrolledAt: new Date(enrollment.enrolledAt).toISOString(),
          quality: enrollment.quality,
        }
      : null,
    // People who have left cannot be enrolled.
    reenroll: status === 'left' ? null : reenrollOf(own, enrollments, inUse),
  };
}

/** The version of the record alone: a new consent or enrollment does not edit it. */
export function personVersion(person: Person): string {
  const fields = Object.keys(personChange.shape) as (keyof typeof personChange.shape)[];
  return recordVersion(Object.fromEntries(fields.map((field) => [field, person[field] ?? null])));
}

function reenrollOf(
  own: EnrollmentRow | undefined,
  all: readonly EnrollmentRow[],
  { former }: ContractsInUse,
): Reenroll | null {
  if (own) return own.unreadable > 0 ? { why: 'unreadable', recognized: own.templates > 0 } : null;
  const others = all.filter(({ templates }) => templates > 0);
  if (others.length === 0 && all.length > 0) return { why: 'unreadable', recognized: false };
  const other = others.find(({ contract }) => contract === former) ?? others[0];
  return other
    ? { why: 'other-model', contract: other.contract, recognized: other.contract === former }
    : null;
}
