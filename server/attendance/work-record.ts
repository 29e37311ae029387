/** Loads punches and derives the work days of people. Everything that shows hours reads them here. */
import type { Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import { schedulesOf } from '../schedules/plans-of.ts';
import { allSites } from '../sites/site-service.ts';
import { addDays, datesBetween } from '../time/zoned.ts';
import { calendarOf, type WorkCalendar, workDateAt } from '../worktime/calendar.ts';
import { type PersonSchedule, planOf } from '../worktime/plans.ts';
import type { WorkPunch } from '../worktime/punch.ts';
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

type SiteRules = Pick<Site, 'timeZone' | 'turnsAt' | 'reading' | 'longestStay' | 'breaks'>;

export interface PersonRecord {
  person: Person;
  site: Site;
  /** The zone whose clocks a date of the person follows. */
  zoneOn: (date: string) => string;
  /** Within the span, in order. */
  days: WorkDay[];
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

/** By the id of the person; only people with a punch in the span. */
export async function workRecords(em: Em, query: RecordQuery): Promise<Map<string, PersonRecord>> {
  const { from, to, lookBack = LOOK_BACK, rules = (site: Site) => site, closedRules } = query;
  const sites = await allSites(em);
  const first = addDays(from, -lookBack);
  const rows = await punchesBetween(em, {
    // Somewhere on earth the date begins half a day earlier than in UTC, and a night that began on the last date ends on
    // the next. What is too early or too late is in nobody's calendar.
    begin: Date.parse(addDays(first, -1)),
    end: Date.parse(addDays(to, 4)),
    personIds: query.personIds,
  });
  const people = await em.find(Person, { id: { $in: [...rows.keys()] } });
  const zones = new Map(sites.map((site) => [site.id, rules(site).timeZone]));
  const zoneOf = (id: string | null) => (id === null ? undefined : zones.get(id));
  const schedules = await schedulesOf(em, people, { from: first, to: addDays(to, 2), rules });
  // Of people at home for whom no shift is planned: one for each turn of the day.
  const calendars = new Map<string, WorkCalendar>();
  const records = new Map<string, PersonRecord>();
  for (const person of people) {
    if (!isWithin(person, query.departments)) continue;
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    const { timeZone, turnsAt, reading, longestStay, breaks } = closedRules?.(person.id) ?? rules(site);
    const turn = `${timeZone}/${turnsAt}`;
    const own = rows.get(person.id)!;
    const isAway = own.some(({ site_id: at }) => at !== null && zoneOf(at) !== timeZone);
    const zoneOn = zoneByDate(
      isAway ? own.map((punch) => ({ ...punch, timeZone: zoneOf(punch.site_id) ?? timeZone })) : [],
      { timeZone, turnsAt },
    );
    const span = { from: first, to: addDays(to, 1), timeZone: zoneOn, turnsAt };
    const schedule = schedules.get(person.id)!;
    const isPlanned = schedule.assignments.length + schedule.exceptions.length > 0;
    let calendar = isAway || isPlanned ? undefined : calendars.get(turn);
    if (!calendar) {
      calendar = isPlanned ? ownCalendar({ ...schedule, breaks }, span) : calendarOf(span);
      if (!isAway && !isPlanned) calendars.set(turn, calendar);
    }
    const counted = own.filter(({ voided }) => !voided);
    const days = workDays(counted, calendar, { reading, longestStay, breaks });
    const voided = Map.groupBy(
      own.filter((punch) => punch.voided),
      ({ at }) => workDateAt(at, { timeZone, turnsAt }),
    );
    const isWanted = (date: string) => date >= from && date <= to;
    const wanted = days.filter(({ date }) => isWanted(date));
    const voidedDays = [...voided].filter(([date]) => isWanted(date));
    if (wanted.length + voidedDays.length === 0) continue;
    const voidedIds = new Map(voidedDays.map(([date, punches]) => [date, punches.map(({ id }) => id)]));
    records.set(person.id, { person, site, zoneOn, days: wanted, voided: voidedIds });
  }
  return records;
}

interface CalendarSpan {
  from: string;
  to: string;
  timeZone: (date: string) => string;
  turnsAt: number;
}

/** The calendar of a person for whom shifts are planned. */
function ownCalendar(schedule: PersonSchedule, span: CalendarSpan): WorkCalendar {
  // The calendar asks for one date more, to know where the last one ends.
  const dates = datesBetween(span.from, addDays(span.to, 1));
  const plans = planOf({ ...schedule, timeZone: span.timeZone }, dates);
  const planOn = new Map(plans.map((plan) => [plan.date, plan]));
  return calendarOf({
    ...span,
    shiftsOn: (date) => planOn.get(date)?.shifts ?? [],
    breaksOn: (date) => planOn.get(date)?.breaks ?? null,
  });
}

/** The punches as the derivation reads them, by person. Entities would cost several times as much. */
async function punchesBetween(
  em: Em,
  { begin, end, personIds }: { begin: number; end: number; personIds: readonly string[] | undefined },
): Promise<Map<string, Row[]>> {
  const rows = await em.execute<Row[]>(
    `select punch.id, punch.person_id, punch.site_id, (extract(epoch from punch.at) * 1000)::float8 as at,
        coalesce(punch_statement.says, punch.says) as says, punch.source = 'correction' as "byHand",
        punch_void.punch_id is not null as voided
      from punch
      left join punch_statement on punch_statement.punch_id = punch.id
      left join punch_void on punch_void.punch_id = punch.id
      where punch.at >= ? and punch.at < ? ${personIds ? 'and punch.person_id = any(?::uuid[])' : ''}
      order by punch.at, punch.id`,
    [new Date(begin), new Date(end), ...(personIds ? [`{${personIds.join(',')}}`] : [])],
  );
  return Map.groupBy(rows, (row) => row.person_id);
}
