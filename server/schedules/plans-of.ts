/** What people are planned to work, from the database. */
import type { Em } from '../db/database.ts';
import { AbsenceRow } from '../db/entities/absence.ts';
import { Person } from '../db/entities/person.ts';
import {
  HolidayRow,
  RotaRow,
  ScheduleAssignment,
  ScheduleException,
  ShiftRow,
} from '../db/entities/schedule.ts';
import type { Site } from '../db/entities/site.ts';
import { allSites } from '../sites/site-service.ts';
import { dateAt, datesBetween } from '../time/zoned.ts';
import type { Absence, Holiday } from '../worktime/absences.ts';
import { type Exception, type PersonSchedule, type Plan, planOf } from '../worktime/plans.ts';
import type { Assignment, Scope } from '../worktime/rotas.ts';
import { knowsPlace, publicHolidays } from '../sites/public-holidays.ts';

/** The plan of each person, one for each date from `from` to `to` (YYYY-MM-DD), by the id of the person. */
export async function plansOf(
  em: Em,
  personIds: readonly string[],
  from: string,
  to: string,
): Promise<Map<string, Plan[]>> {
  const people = await em.find(Person, { id: { $in: [...personIds] } });
  const schedules = await schedulesOf(em, people, { from, to });
  const dates = datesBetween(from, to);
  return new Map([...schedules].map(([id, schedule]) => [id, planOf(schedule, dates)]));
}

/** Planned time, ms, by person and date; dates on which nothing is planned are left out. */
export async function plannedTimes(
  em: Em,
  personIds: readonly string[],
  from: string,
  to: string,
): Promise<Map<string, Map<string, number>>> {
  const plans = await plansOf(em, personIds, from, to);
  return new Map(
    [...plans].map(([id, days]) => [
      id,
      new Map(days.filter(({ planned }) => planned > 0).map(({ date, planned }) => [date, planned])),
    ]),
  );
}

export interface ScheduleSpan {
  /** First and last date, YYYY-MM-DD. */
  from: string;
  to: string;
  /** Rules in place of a site's, to compare. */
  rules?: (site: Site) => Pick<Site, 'timeZone' | 'breaks'>;
}

/** All that decides what each of these people is planned to work, by their ids. */
export async function schedulesOf(
  em: Em,
  people: readonly Person[],
  span: ScheduleSpan,
): Promise<Map<string, PersonSchedule>> {
  return (await readSchedules(em, span)).of(em, people);
}

/** What is planned in a span. People have in common what is read once; what only some of them have is read for these. */
export interface Schedules {
  sites: readonly Site[];
  of: (em: Em, people: readonly Person[]) => Promise<Map<string, PersonSchedule>>;
}

/** A report reads thousands of people, some at a time: it takes from here what is the same for all of them. */
export async function readSchedules(
  em: Em,
  { from, to, rules = (site: Site) => site }: ScheduleSpan,
): Promise<Schedules> {
  const inSpan = { assigned: { fromDate: { $lte: to } }, excepted: { date: { $gte: from, $lte: to } } };
  const ofDepartments = { department: { $ne: null } };
  const sites = await allSites(em);
  const shiftRows = await em.find(ShiftRow, {});
  const rotaRows = await em.find(RotaRow, {});
  const assigned = await em.find(ScheduleAssignment, { ...ofDepartments, ...inSpan.assigned });
  const excepted = await em.find(ScheduleException, { ...ofDepartments, ...inSpan.excepted });
  const holidayRows = await em.find(HolidayRow, { date: { $gte: from, $lte: to } });

  const shifts = new Map(shiftRows.map((row) => [row.id, shiftOf(row)]));
  const rotas = new Map(rotaRows.map((row) => [row.id, row]));
  const holidays = new Map(sites.map((site) => [site.id, holidaysAt(site, holidayRows, { from, to })]));
  const shared = {
    assignments: groupedBy('department', assigned, assignmentOf),
    exceptions: groupedBy('department', excepted, exceptionOf),
  };

  const of = async (own: Em, people: readonly Person[]) => {
    const theirs = { personId: { $in: people.map(({ id }) => id) } };
    const ownAssigned = await own.find(ScheduleAssignment, { ...theirs, ...inSpan.assigned });
    const ownExcepted = await own.find(ScheduleException, { ...theirs, ...inSpan.excepted });
    const assignments = groupedBy('personId', ownAssigned, assignmentOf);
    const exceptions = groupedBy('personId', ownExcepted, exceptionOf);
    const absences = Map.groupBy(
      await own.find(AbsenceRow, { ...theirs, fromDate: { $lte: to }, toDate: { $gte: from } }),
      ({ personId }) => personId,
    );
    return new Map(
      people.map((person): [string, PersonSchedule] => {
        const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
        const { timeZone, breaks } = rules(site);
        const department = person.department ?? '';
        return [
          person.id,
          {
            employed: {
              from: person.startDate ?? null,
              until: person.leftAt ? dateAt(person.leftAt.getTime(), timeZone) : null,
            },
            timeZone,
            breaks,
            assignments: both(assignments.get(person.id), shared.assignments.get(department)),
            exceptions: both(exceptions.get(person.id), shared.exceptions.get(department)),
            absences: (absences.get(person.id) ?? []).map(absenceOf),
            holidays: holidays.get(site.id)!,
            rotas,
            shifts,
          },
        ];
      }),
    );
  };
  return { sites, of };
}

export function shiftOf({ id, name, begins, ends, flexible, breaks }: ShiftRow) {
  return { id, name, begin: begins, end: ends, flexible: flexible ?? null, breaks: breaks ?? null };
}

function absenceOf({ id, kind, fromDate, toDate, beginsAtNoon, endsAtNoon }: AbsenceRow): Absence {
  return { id, kind, from: fromDate, to: toDate, beginsAtNoon, endsAtNoon };
}

function assignmentOf({ id, personId, rotaId, fromDate, untilDate }: ScheduleAssignment): Assignment {
  return { id, scope: scopeOf(personId), rotaId, from: fromDate, until: untilDate ?? null };
}

function exceptionOf({ id, personId, date, shiftIds, reason }: ScheduleException): Exception {
  return { id, scope: scopeOf(personId), date, shiftIds, reason };
}

function scopeOf(personId: string | null | undefined): Scope {
  return personId ? 'person' : 'department';
}

function groupedBy<N extends string, R extends Partial<Record<N, string | null>>, T>(
  name: N,
  rows: readonly R[],
  read: (row: R) => T,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = row[name] ?? '';
    const group = groups.get(key);
    if (group) group.push(read(row));
    else groups.set(key, [read(row)]);
  }
  return groups;
}

function both<T>(own: readonly T[] = [], shared: readonly T[] = []): readonly T[] {
  return own.length === 0 ? shared : [...own, ...shared];
}

/** The holidays of a site by date: what was entered for it comes before what was entered for all, and before public ones. */
function holidaysAt(
  { id, country, region }: Pick<Site, 'id' | 'country' | 'region'>,
  rows: readonly HolidayRow[],
  { from, to }: { from: string; to: string },
): Map<string, Holiday> {
  const holidays = new Map<string, Holiday>();
  const place = country ? { country, region: region ?? null } : null;
  if (place && knowsPlace(place)) {
    for (const { date, name, half } of publicHolidays(place, from, to)) holidays.set(date, { name, half });
  }
  const entered = rows
    .filter(({ siteId }) => !siteId || siteId === id)
    .toSorted((a, b) => Number(Boolean(a.siteId)) - Number(Boolean(b.siteId)));
  for (const { date, name, off } of entered) {
    if (off === 'nothing') holidays.delete(date);
    else holidays.set(date, { name, half: off === 'afternoon' });
  }
  return holidays;
}
