/**
 * Reads the days of many people, some people at a time. The punches of a span are one query for each group of people, with the
 * index of person and instant behind it, however many days the span has. While one group is used the next one is read, and
 * never more than these two are in memory.
 */
import { frozenDays } from '../attendance/closed-months.ts';
import { storedSteps } from '../attendance/clock-step-service.ts';
import { personOf } from '../people/person-summary.ts';
import { workRecords } from '../attendance/work-record.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import { compareNames } from '../people/display-name.ts';
import { schedulesOf } from '../schedules/plans-of.ts';
import { allSites } from '../sites/site-service.ts';
import { doubtfulSpans } from '../time/clock-steps.ts';
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

/** The days of people that are derived at once: 25 people of a year, or 300 of a month. */
const DAYS_AT_ONCE = 9_150;

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
  span: PeopleSpan,
): AsyncGenerator<PersonDays> {
  const dates = datesBetween(span.from, span.to).length;
  if (dates === 0) return;
  const size = Math.max(1, Math.floor(DAYS_AT_ONCE / dates));
  const read = (from: number) => {
    const group = people.slice(from, from + size);
    const days = group.length === 0 ? Promise.resolve([]) : daysOf(database.fork(), group, span);
    // Nobody waits for it where the report ends before it is used.
    days.catch(() => {});
    return days;
  };
  let next = read(0);
  for (let i = 0; i < people.length; i += size) {
    const days = await next;
    next = read(i + size);
    yield* days;
  }
}

async function daysOf(
  em: Em,
  people: readonly Person[],
  { from, to, now }: PeopleSpan,
): Promise<PersonDays[]> {
  const personIds = people.map(({ id }) => id);
  const dates = datesBetween(from, to);
  // The end of the day before is needed for the first rest.
  const records = await workRecords(em, { from: addDays(from, -1), to, personIds });
  const schedules = await schedulesOf(em, people, { from, to });
  const frozen = await frozenDays(em, personIds, from, to);
  const sites = await allSites(em);
  const doubtful = doubtfulSpans(await storedSteps(em));
  return people.map((person) => {
    const record = records.get(person.id);
    const schedule = schedules.get(person.id)!;
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    const zoneOn = record?.zoneOn ?? (() => site.timeZone);
    return {
      person,
      site,
      zoneOn,
      days: reportDays({
        plans: planOf({ ...schedule, timeZone: zoneOn }, dates),
        days: record?.days ?? [],
        isClosed: (date) => frozen.isClosed(person.id, date),
        frozen: frozen.days.get(person.id) ?? new Map(),
        reading: site.reading,
        doubtful,
        now,
      }),
      adjustments: frozen.adjustments.get(person.id) ?? [],
    };
  });
}

function byName(a: Person, b: Person): number {
  const [one, other] = [personOf(a), personOf(b)];
  return (
    compareNames(one.displayName, other.displayName) ||
    compareNames(one.number, other.number) ||
    (a.id < b.id ? -1 : 1)
  );
}
