/** The reports of hours: month sheets, departments, people, balances, occupancy and punctuality. */
import { personOf } from '../people/person-summary.ts';
import { runningBalances } from '../attendance/running-balances.ts';
import { spanOf } from '../attendance/closed-months.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { isWithin } from '../people/departments.ts';
import { compareNames } from '../people/display-name.ts';
import { MusterError } from '../protocol/error.ts';
import type {
  BalancesReportQuery,
  BalancesReportView,
  DepartmentsReportView,
  MonthSheetView,
  OccupancyView,
  PeopleReportView,
  PunctualityView,
  ReportPeopleQuery,
  ReportSpanQuery,
} from '../protocol/reports.ts';
import { allSites } from '../sites/site-service.ts';
import { datesBetween } from '../time/zoned.ts';
import { workDateAt } from '../worktime/calendar.ts';
import { balanceOf, monthSheets, throughOf } from './month-sheets.ts';
import { Occupancy } from './occupancy.ts';
import { peopleDays, type PersonDays, peopleWithin } from './people-days.ts';
import { addFigures, figuresOf, noFigures, type PersonFigures } from './person-figures.ts';
import { Punctuality } from './punctuality.ts';

export interface ReportQueryOptions {
  database: Database;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Include only people of these departments; everybody where undefined. */
type Departments = readonly string[] | undefined;

interface Span {
  from: string;
  to: string;
  department?: string | undefined;
}

/** What a report is about: people, and the part of the span that is over. */
export interface ReportScope {
  people: Person[];
  from: string;
  /** Null where no day is over. */
  through: string | null;
  today: string;
  now: number;
}

/** Up to this many days, punctuality is by week; longer, by month. */
const BY_WEEK = 92;

export class ReportQuery {
  readonly #database: Database;
  readonly #now: () => number;

  constructor({ database, now = Date.now }: ReportQueryOptions) {
    this.#database = database;
    this.#now = now;
  }

  /** Throws MusterError `forbidden` for a department that is not the caller's. */
  async scope({ from, to, department }: Span, departments: Departments): Promise<ReportScope> {
    const em = this.#database.fork();
    const now = this.#now();
    const today = await todayOf(em, now);
    const people = await peopleWithin(em, { from, to }, chosen(department, departments));
    return { people, from, through: throughOf({ from, to }, today), today, now };
  }

  /** The days that are over, one person after the other. */
  async *days({ people, from, through, now }: ReportScope): AsyncGenerator<PersonDays> {
    if (through !== null) yield* peopleDays(this.#database, people, { from, to: through, now });
  }

  async departments(query: ReportSpanQuery, departments: Departments): Promise<DepartmentsReportView> {
    return this.departmentsOf(await this.scope(query, departments));
  }

  async departmentsOf(scope: ReportScope): Promise<DepartmentsReportView> {
    const groups = new Map<string, { department: string; people: number; figures: PersonFigures }>();
    const total = noFigures();
    for await (const one of this.days(scope)) {
      const department = one.person.department ?? '';
      const group = groups.get(department) ?? { department, people: 0, figures: noFigures() };
      groups.set(department, group);
      const figures = sumOf(one);
      group.people += 1;
      addFigures(group.figures, figures);
      addFigures(total, figures);
    }
    return { through: scope.through, departments: [...groups.values()].toSorted(byDepartment), total };
  }

  async people(query: ReportPeopleQuery, departments: Departments): Promise<PeopleReportView> {
    const { limit, after, only } = query;
    const scope = await this.scope(query, departments);
    const rest = scope.people.slice(positionAfter(scope.people, after));
    const found: PeopleReportView['people'] = [];
    // One more than the page has, to know whether there is a next one.
    const people = only ? rest : rest.slice(0, limit + 1);
    for await (const one of this.days({ ...scope, people })) {
      const figures = sumOf(one);
      if (only && !isRemarkable(figures)) continue;
      found.push({ person: personOf(one.person), figures });
      if (found.length > limit) break;
    }
    const page = found.slice(0, limit);
    return {
      through: scope.through,
      people: page,
      next: found.length > limit ? page.at(-1)!.person.id : null,
    };
  }

  async balances(
    { month, limit, after, department }: BalancesReportQuery,
    departments: Departments,
  ): Promise<BalancesReportView> {
    const { people, through } = await this.scope({ ...spanOf(month), department }, departments);
    const rest = people.slice(positionAfter(people, after));
    const page = rest.slice(0, limit);
    return {
      through,
      people: await this.balancesOf(page, { month, through }),
      next: rest.length > limit ? page.at(-1)!.id : null,
    };
  }

  async balancesOf(
    people: readonly Person[],
    { month, through }: { month: string; through: string | null },
  ): Promise<BalancesReportView['people']> {
    const balances = through === null ? null : await runningBalances(this.#database.fork(), people, through);
    return people.map((person) => {
      const own = balances?.get(person.id)?.months.find(({ span }) => span === month);
      return { person: personOf(person), balance: own ? balanceOf(own) : null };
    });
  }

  async occupancy(query: ReportSpanQuery, departments: Departments): Promise<OccupancyView> {
    const scope = await this.scope(query, departments);
    if (scope.through === null) return { through: null, cells: [] };
    const occupancy = new Occupancy(scope.from, scope.through);
    for await (const { days, zoneOn } of this.days(scope)) occupancy.add(days, zoneOn);
    return { through: scope.through, cells: occupancy.cells() };
  }

  async punctuality(query: ReportSpanQuery, departments: Departments): Promise<PunctualityView> {
    const scope = await this.scope(query, departments);
    const isLong = datesBetween(query.from, query.to).length > BY_WEEK;
    const punctuality = new Punctuality(isLong ? 'month' : 'week');
    for await (const { days } of this.days(scope)) punctuality.add(days);
    return { through: scope.through, spans: punctuality.spans() };
  }

  /** Throws MusterError `not-found`. @param month YYYY-MM */
  async month(personId: string, month: string, departments: Departments): Promise<MonthSheetView> {
    const em = this.#database.fork();
    const person = await em.findOne(Person, { id: personId, erasedAt: null });
    if (!person || !isWithin(person, departments)) {
      throw new MusterError('not-found', 'There is no such person.');
    }
    const now = this.#now();
    const sheets = monthSheets(this.#database, [person], { month, today: await todayOf(em, now), now });
    for await (const sheet of sheets) return sheet;
    throw new Error('a month has no dates');
  }

  /** The sheets of many people, one after the other. */
  monthSheets(month: string, { people, today, now }: ReportScope): AsyncGenerator<MonthSheetView> {
    return monthSheets(this.#database, people, { month, today, now });
  }
}

/** Whether there is something to talk about with the person. */
function isRemarkable({ late, early, absent, incomplete }: PersonFigures): boolean {
  return late.times + early.times + absent + incomplete > 0;
}

export function sumOf({ days, adjustments }: PersonDays): PersonFigures {
  return figuresOf(
    days,
    adjustments.reduce((sum, { difference }) => sum + difference.worked, 0),
  );
}

async function todayOf(em: Em, now: number): Promise<string> {
  return workDateAt(now, (await allSites(em))[0]!);
}

function chosen(department: string | undefined, own: Departments): Departments {
  if (department === undefined) return own;
  if (!isWithin({ department }, own)) {
    throw new MusterError('forbidden', 'Only the hours of your own department are shown to you.');
  }
  return [department];
}

/** Throws MusterError `validation-failed` for a cursor that names nobody of the list. */
function positionAfter(people: readonly Person[], after: string | undefined): number {
  if (after === undefined) return 0;
  const index = people.findIndex(({ id }) => id === after);
  if (index >= 0) return index + 1;
  const message = 'is no cursor of this list';
  throw new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}

function byDepartment(a: { department: string }, b: { department: string }): number {
  return compareNames(a.department, b.department);
}
