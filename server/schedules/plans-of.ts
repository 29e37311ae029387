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
import type { Holiday } from '../worktime/absences.ts';
import { type PersonSchedule, type Plan, planOf } from '../worktime/plans.ts';
import type { Scope } from '../worktime/rotas.ts';
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
  { from, to, rules = (site: Site) => site }: ScheduleSpan,
): Promise<Map<string, PersonSchedule>> {
  const forThem = { $or: [{ personId: { $in: people.map(({ id }) => id) } }, { department: { $ne: null } }] };
  const [sites, shiftRows, rotaRows, assignments, exceptions, absences, holidayRows] = [
    await allSites(em),
    await em.find(ShiftRow, {}),
    await em.find(RotaRow, {}),
    await em.find(ScheduleAssignment, { $and: [forThem, { fromDate: { $lte: to } }] }),
    await em.find(ScheduleException, { $and: [forThem, { date: { $gte: from, $lte: to } }] }),
    await em.find(AbsenceRow, {
      personId: { $in: people.map(({ id }) => id) },
      fromDate: { $lte: to },
      toDate: { $gte: from },
    }),
    await em.find(HolidayRow, { date: { $gte: from, $lte: to } }),
  ];
  const shifts = new Map(shiftRows.map((row) => [row.id, shiftOf(row)]));
  const rotas = new Map(rotaRows.map((row) => [row.id, row]));
  const holidays = new Map(sites.map((site) => [site.id, holidaysAt(site, holidayRows, { from, to })]));
  const assigned = byScope(assignments);
  const excepted = byScope(exceptions);
  const absent = Map.groupBy(absences, ({ personId }) => personId);

  return new Map(
    people.map((person) => {
      const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
      const { timeZone, breaks } = rules(site);
      return [
        person.id,
        {
          employed: {
            from: person.startDate ?? null,
            until: person.leftAt ? dateAt(person.leftAt.getTime(), timeZone) : null,
          },
          timeZone,
          breaks,
          assignments: assigned(person).map((row) => ({
            id: row.id,
            scope: scopeOf(row),
            rotaId: row.rotaId,
            from: row.fromDate,
            until: row.untilDate ?? null,
          })),
          exceptions: excepted(person).map((row) => ({
            id: row.id,
            scope: scopeOf(row),
            date: row.date,
            shiftIds: row.shiftIds,
            reason: row.reason,
          })),
          absences: (absent.get(person.id) ?? []).map((row) => ({
            id: row.id,
            kind: row.kind,
            from: row.fromDate,
            to: row.toDate,
            beginsAtNoon: row.beginsAtNoon,
            endsAtNoon: row.endsAtNoon,
          })),
          holidays: holidays.get(site.id)!,
          rotas,
          shifts,
        },
      ];
    }),
  );
}

export function shiftOf({ id, name, begins, ends, flexible, breaks }: ShiftRow) {
  return { id, name, begin: begins, end: ends, flexible: flexible ?? null, breaks: breaks ?? null };
}

interface Scoped {
  personId?: string | null;
  department?: string | null;
}

function scopeOf({ personId }: Scoped): Scope {
  return personId ? 'person' : 'department';
}

/** Finds the rows that are for a person or for the person's department. */
function byScope<R extends Scoped>(rows: readonly R[]): (person: Person) => R[] {
  const own = Map.groupBy(rows, ({ personId }) => personId ?? '');
  const shared = Map.groupBy(rows, ({ department }) => department ?? '');
  return ({ id, department }) => [
    ...(own.get(id) ?? []),
    ...(department ? (shared.get(department) ?? []) : []),
  ];
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
