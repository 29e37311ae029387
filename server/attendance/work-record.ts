/** Loads punches and derives the work days of people. Everything that shows hours reads them here. */
import type { Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import { schedulesOf } from '../schedules/plans-of.ts';
import { allSites } from '../sites/site-service.ts';
import { addDays, datesBetween } from '../time/zoned.ts';
import { calendarOf, type WorkCalendar, workDateAt } from '../worktime/calendar.ts';
import { type PersonSchedule, type Plan, planOf } from '../worktime/plans.ts';
import { inOrder, type WorkPunch } from '../worktime/punch.ts';
import { type WorkDay, workDays } from '../worktime/work-days.ts';
import { zoneByDate } from '../worktime/zones.ts';

export interface RecordQuery {
  /** First and last work date, YYYY-MM-DD. */
  from: string;
  to: string;
  /** Everybody with a punch by default. */
  personIds?: readonly string[] | undefined;
  /** Include only people of these departments, regardless of case; everybody by default. */
  departments?: readonly string[] | undefined;
  /** Days before `from` that are read too: see `LOOK_BACK`. */
  lookBack?: number;
  /** Rules in place of a site's, to compare. */
  rules?: (site: Site) => SiteRules;
  /** Rules by which a closed month of a person is read; those of the site where there are none. */
  closedRules?: (personId: string) => SiteRules | undefined;
}

/** What a caller that reads many people, some at a time, has read already. */
export interface KnownWork {
  people: readonly Person[];
  /** Of `scheduleSpan`. */
  schedules: ReadonlyMap<string, PersonSchedule>;
  sites: readonly Site[];
}

type SiteRules = Pick<Site, 'timeZone' | 'turnsAt' | 'reading' | 'longestStay' | 'breaks'>;

export interface PersonRecord {
  person: Person;
  site: Site;
  /** The zone whose clocks a date of the person follows. */
  zoneOn: (date: string) => string;
  /** Within the span, in order. */
  days: WorkDay[];
  /** Of each date, in order; null where no shift is planned for the person at all. */
  plans: readonly Plan[] | null;
  /** IDs of the voided punches, by the date on which they would turn. */
  voided: ReadonlyMap<string, string[]>;
}

/**
 * Whether a punch after the turn of the day belongs to the evening before depends on what came before it, back to the last
 * long rest. Within two weeks everybody has one; the board of one day looks back less, to be quick.
 */
const LOOK_BACK = 14;
export const LOOK_BACK_OF_BOARD = 3;

interface Row extends WorkPunch {
  person_id: string;
  site_id: string | null;
  voided: boolean;
}

/** The dates whose plans have a part in the work days of a span. */
export function scheduleSpan({ from, to, lookBack = LOOK_BACK }: RecordQuery): { from: string; to: string } {
  return { from: addDays(from, -lookBack), to: addDays(to, 2) };
}

/** By the id of the person; only people with a punch in the span. */
export async function workRecords(em: Em, query: RecordQuery): Promise<Map<string, PersonRecord>> {
  const { people, recordOf } = await readWork(em, query);
  const records = new Map<string, PersonRecord>();
  for (const person of people) {
    const record = isWithin(person, query.departments) && recordOf(person);
    if (record) records.set(person.id, record);
  }
  return records;
}

export interface WorkReading {
  people: readonly Person[];
  /** Derives the days of a person; null where there is no punch in the span. */
  recordOf: (person: Person) => PersonRecord | null;
}

/** Reads what the work days of people are derived from. Who shows many people derives them one by one, to be brief at once. */
export async function readWork(em: Em, query: RecordQuery, known?: KnownWork): Promise<WorkReading> {
  const { from, to, rules = (site: Site) => site, closedRules } = query;
  const sites = known?.sites ?? (await allSites(em));
  const span = scheduleSpan(query);
  const rows = await punchesBetween(em, {
    // Somewhere on earth the date begins half a day earlier than in UTC, and a night that began on the last date ends on
    // the next. What is too early or too late is in nobody's calendar.
    begin: Date.parse(addDays(span.from, -1)),
    end: Date.parse(addDays(to, 4)),
    personIds: query.personIds,
  });
  const people = known?.people ?? (await em.find(Person, { id: { $in: [...rows.keys()] } }));
  const schedules = known?.schedules ?? (await schedulesOf(em, people, { ...span, rules }));
  const zones = new Map(sites.map((site) => [site.id, rules(site).timeZone]));
  const zoneOf = (id: string | null) => (id === null ? undefined : zones.get(id));
  // Of people at home for whom no shift is planned: one for each turn of the day.
  const calendars = new Map<string, WorkCalendar>();

  const recordOf = (person: Person): PersonRecord | null => {
    const own = rows.get(person.id);
    if (!own) return null;
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    const { timeZone, turnsAt, reading, longestStay, breaks } = closedRules?.(person.id) ?? rules(site);
    const isAway = own.some(({ site_id: at }) => at !== null && zoneOf(at) !== timeZone);
    const zoneOn = zoneByDate(
      isAway ? own.map((punch) => ({ ...punch, timeZone: zoneOf(punch.site_id) ?? timeZone })) : [],
      { timeZone, turnsAt },
    );
    const dates = { from: span.from, to: addDays(to, 1), timeZone: zoneOn, turnsAt };
    const schedule = schedules.get(person.id)!;
    let calendar: WorkCalendar | undefined;
    let plans: Plan[] | null = null;
    if (schedule.assignments.length + schedule.exceptions.length > 0) {
      // The calendar asks for one date more, to know where the last one ends.
      plans = planOf(
        { ...schedule, breaks, timeZone: zoneOn },
        datesBetween(dates.from, addDays(dates.to, 1)),
      );
      calendar = calendarBy(plans, dates);
    } else {
      const turn = `${timeZone}/${turnsAt}`;
      calendar = isAway ? undefined : calendars.get(turn);
      if (!calendar) {
        calendar = calendarOf(dates);
        if (!isAway) calendars.set(turn, calendar);
      }
    }
    const isVoided = own.some(({ voided }) => voided);
    const counted = isVoided ? own.filter(({ voided }) => !voided) : own;
    const isWanted = ({ date }: { date: string }) => date >= from && date <= to;
    const days = workDays(counted, calendar, { reading, longestStay, breaks }).filter(isWanted);
    const voided = new Map<string, string[]>();
    for (const { id, at } of isVoided ? inOrder(own.filter((punch) => punch.voided)) : []) {
      const date = workDateAt(at, { timeZone, turnsAt });
      if (isWanted({ date })) voided.set(date, [...(voided.get(date) ?? []), id]);
    }
    if (days.length + voided.size === 0) return null;
    return { person, site, zoneOn, days, voided, plans: plans?.filter(isWanted) ?? null };
  };
  return { people, recordOf };
}

interface CalendarSpan {
  from: string;
  to: string;
  timeZone: (date: string) => string;
  turnsAt: number;
}

/** The calendar of a person for whom shifts are planned. */
function calendarBy(plans: readonly Plan[], span: CalendarSpan): WorkCalendar {
  const planOn = new Map(plans.map((plan) => [plan.date, plan]));
  return calendarOf({
    ...span,
    shiftsOn: (date) => planOn.get(date)?.shifts ?? [],
    breaksOn: (date) => planOn.get(date)?.breaks ?? null,
  });
}

/**
 * The punches as the derivation reads them, by person. Entities would cost several times as much.
 *
 * Of some people they are read person by person. As one condition on all, PostgreSQL prefers to read the whole span of
 * everybody and to throw most of it away, again for each group of people: ten times the work for 100 of 1,000 people.
 */
async function punchesBetween(
  em: Em,
  { begin, end, personIds }: { begin: number; end: number; personIds: readonly string[] | undefined },
): Promise<Map<string, Row[]>> {
  const span = [new Date(begin), new Date(end)];
  const rows = await em.execute<Row[]>(
    `select punch.id, punch.person_id, punch.site_id, (extract(epoch from punch.at) * 1000)::float8 as at,
        coalesce(punch_statement.says, punch.says) as says, punch.source = 'correction' as "byHand",
        punch_void.punch_id is not null as voided
      from ${personIds ? OF_PEOPLE : OF_EVERYBODY}
      left join punch_statement on punch_statement.punch_id = punch.id
      left join punch_void on punch_void.punch_id = punch.id`,
    personIds ? [`{${personIds.join(',')}}`, ...span] : span,
  );
  return Map.groupBy(rows, (row) => row.person_id);
}

const OF_EVERYBODY = '(select * from punch where at >= ? and at < ?) as punch';
/** `offset 0` keeps PostgreSQL from making it one condition. */
const OF_PEOPLE = `unnest(?::uuid[]) as wanted (id) cross join lateral
  (select * from punch where person_id = wanted.id and at >= ? and at < ? offset 0) as punch`;
