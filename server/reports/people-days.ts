/**
 * Reads the days of many people, some people at a time. The punches of a span are one query for each group of people, with the
 * index of person and instant behind it, however many days the span has. While the days of one group are derived, one
 * person after the other, the next group is read; never more than these two are in memory.
 */
import { setImmediate } from 'node:timers/promises';
import { frozenDays } from '../attendance/closed-months.ts';
import { storedSteps } from '../attendance/clock-step-service.ts';
import { personOf } from '../people/person-summary.ts';
import { readWork, scheduleSpan } from '../attendance/work-record.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import { compareNames } from '../people/display-name.ts';
import { readSchedules, type Schedules } from '../schedules/plans-of.ts';
import { allSites } from '../sites/site-service.ts';
import { type DoubtfulSpan, doubtfulSpans } from '../time/clock-steps.ts';
import { addDays, dateAt, datesBetween } from '../time/zoned.ts';
import type { Adjustment } from '../worktime/closing.ts';
import { planOf } from '../worktime/plans.ts';
import { type ReportDay, reportDays } from './report-day.ts';

export interface PersonDays {
  person: Person;
  /** Whose rules count for the person. */
  site: Site;
  /** IANA zone of a date. */
  zoneOn: (date: string) => string;
  /** One for each date of the span. */
  days: ReportDay[];
  /** What counts in the months that begin within the span. */
  adjustments: readonly Adjustment[];
}

export interface PeopleSpan {
  /** First and last date, YYYY-MM-DD. */
  from: string;
  to: string;
  /** Epoch ms. */
  now: number;
}

/** The days of people that are read at once: 25 people of a year, or 300 of a month. */
const DAYS_AT_ONCE = 9_150;
/** After so many derived days other work of the server has its turn: some 20 ms. */
const DAYS_BETWEEN_PAUSES = 1_500;

/**
 * Everybody who worked here at some time of the span, in the order of names. Somebody who has no dates of employment counts
 * until the end of the employment.
 */
export async function peopleWithin(
  em: Em,
  { from, to }: { from: string; to: string },
  departments: readonly string[] | undefined,
): Promise<Person[]> {
  const people = await em.find(
    Person,
    {
      erasedAt: null,
      $and: [
        { $or: [{ startDate: null }, { startDate: { $lte: to } }] },
        { $or: [{ leftAt: null, status: { $ne: 'left' } }, { leftAt: { $gte: new Date(from) } }] },
      ],
    },
    { disableIdentityMap: true },
  );
  const sites = await allSites(em);
  const zones = new Map(sites.map((site) => [site.id, site.timeZone]));
  return people
    .filter((person) => isWithin(person, departments))
    .filter(({ leftAt, siteId }) => {
      const zone = (siteId && zones.get(siteId)) ?? sites[0]!.timeZone;
      return !leftAt || dateAt(leftAt.getTime(), zone) >= from;
    })
    .toSorted(byName);
}

/** In the order of the people. */
export async function* peopleDays(
  database: Database,
  people: readonly Person[],
  { from, to, now }: PeopleSpan,
): AsyncGenerator<PersonDays> {
  const dates = datesBetween(from, to);
  if (dates.length === 0) return;
  const em = database.fork();
  // The end of the day before is needed for the first rest.
  const query = { from: addDays(from, -1), to };
  const schedules = await readSchedules(em, scheduleSpan(query));
  const shared = { schedules, query, from, dates, doubtful: doubtfulSpans(await storedSteps(em)), now };
  const size = Math.max(1, Math.floor(DAYS_AT_ONCE / dates.length));
  const read = (begin: number) => {
    const group = people.slice(begin, begin + size);
    const days = group.length === 0 ? Promise.resolve(null) : readGroup(database.fork(), group, shared);
    // Nobody waits for it where the report ends before it is used.
    days.catch(() => {});
    return days;
  };
  let next = read(0);
  let atOnce = 0;
  for (let i = 0; i < people.length; i += size) {
    const daysOf = (await next)!;
    next = read(i + size);
    for (const person of people.slice(i, i + size)) {
      yield daysOf(person);
      atOnce += dates.length;
      if (atOnce < DAYS_BETWEEN_PAUSES) continue;
      atOnce = 0;
      await setImmediate();
    }
  }
}

interface Shared {
  schedules: Schedules;
  query: { from: string; to: string };
  from: string;
  dates: readonly string[];
  doubtful: readonly DoubtfulSpan[];
  now: number;
}

/** Reads what is known of some people; their days are derived when they are asked for. */
async function readGroup(
  em: Em,
  people: readonly Person[],
  { schedules, query, from, dates, doubtful, now }: Shared,
): Promise<(person: Person) => PersonDays> {
  const personIds = people.map(({ id }) => id);
  const own = await schedules.of(em, people);
  const { sites } = schedules;
  const { recordOf } = await readWork(em, { ...query, personIds }, { people, schedules: own, sites });
  const frozen = await frozenDays(em, personIds, from, query.to);
  return (person) => {
    const record = recordOf(person);
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    const zoneOn = record?.zoneOn ?? (() => site.timeZone);
    return {
      person,
      site,
      zoneOn,
      days: reportDays({
        plans:
          record?.plans?.filter(({ date }) => date >= from) ??
          planOf({ ...own.get(person.id)!, timeZone: zoneOn }, dates),
        days: record?.days ?? [],
        isClosed: (date) => frozen.isClosed(person.id, date),
        frozen: frozen.days.get(person.id) ?? new Map(),
        reading: site.reading,
        doubtful,
        now,
      }),
      adjustments: frozen.adjustments.get(person.id) ?? [],
    };
  };
}

function byName(a: Person, b: Person): number {
  const [one, other] = [personOf(a), personOf(b)];
  return (
    compareNames(one.displayName, other.displayName) ||
    compareNames(one.number, other.number) ||
    (a.id < b.id ? -1 : 1)
  );
}
