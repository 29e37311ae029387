/**
 * Closes months and reopens them. A person's month is closed once: the closing of a department covers the people who are in
 * it at that time and are not closed yet, and the closing of everybody covers the rest and all who come later.
 *
 * No punch waits for a closing. What the closing did not see when it derived a day differs from what is frozen, and that
 * difference is an adjustment: so a punch of the same moment is in one or the other.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import {
  closedMonthsOf,
  liveDaysOf,
  pendingByPerson,
  seenInMonth,
  spanOf,
  MONTHS_LOCK,
} from '../attendance/closed-months.ts';
import { adjustmentView } from '../attendance/closed-day-views.ts';
import { personOf } from '../people/person-summary.ts';
import { type PersonRecord, workRecords } from '../attendance/work-record.ts';
import { requireDepartment } from '../departments/department-names.ts';
import { isWithin } from '../people/departments.ts';
import { compareNames } from '../people/display-name.ts';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import {
  ClosedAdjustment,
  ClosedDay,
  ClosedPerson,
  MonthClosing,
  MonthReopening,
} from '../db/entities/closing.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import type {
  ClosingDetailView,
  ClosingPreviewView,
  ClosingsQuery,
  ClosingsView,
  ClosingView,
  NewClosing,
  OpenItemView,
} from '../protocol/closings.ts';
import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';
import { allSites } from '../sites/site-service.ts';
import { addDays } from '../time/zoned.ts';
import { workDateAt } from '../worktime/calendar.ts';
import { type Adjustment, monthOf, NO_FIGURES, sumOf } from '../worktime/closing.ts';
import { openItems } from '../worktime/open-items.ts';
import { closingDetail } from './closing-detail.ts';
import { closingViews, withinSql } from './closing-view.ts';
import { waitingAbsences } from './waiting-absences.ts';
import { waitingDates } from './waiting-corrections.ts';

/** Planned time of people by date, ms. Dates on which nothing is planned are left out. */
type PlannedTimes = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface ClosingServiceOptions {
  database: Database;
  log: Logger;
  /** Reads what is planned from the first to the last date, by the id of the person; nothing by default. */
  planned?:
    ((em: Em, personIds: readonly string[], from: string, to: string) => Promise<PlannedTimes>) | undefined;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Only people of these departments; everybody where undefined. */
type Departments = readonly string[] | undefined;

const ROWS_AT_ONCE = 1_000;

export class ClosingService {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #planned: NonNullable<ClosingServiceOptions['planned']>;
  readonly #now: () => number;

  constructor({ database, log, planned = async () => new Map(), now = Date.now }: ClosingServiceOptions) {
    this.#database = database;
    this.#log = log.child({ part: 'closing' });
    this.#planned = planned;
    this.#now = now;
  }

  /** Throws MusterError `forbidden` for a department that is not among those of the caller. By default: their own. */
  async preview(
    { month, department }: { month: string; department?: string | undefined },
    departments?: Departments,
  ): Promise<ClosingPreviewView> {
    const of = department ?? departments?.[0] ?? null;
    if (departments && (of === null || !isWithin({ department: of }, departments))) {
      throw new MusterError('forbidden', 'Only the month of your own department is shown to you.');
    }
    const em = this.#database.fork();
    const draft = await this.#draft(em, month, of);
    return {
      month,
      department: of,
      over: draft.isOver,
      people: draft.people.length,
      alreadyClosed: draft.alreadyClosed,
      openItems: draft.items,
      figures: sumOf(draft.months.flatMap(({ days }) => [...days.values()].map(({ figures }) => figures))),
      adjustments: draft.months.flatMap(({ person, adjustments }) =>
        adjustments.map((one) => ({ person: personOf(person), ...adjustmentView(one) })),
      ),
    };
  }

  /**
   * @throws MusterError `wrong-state` where the month is not over; `conflict` where nobody is left to close, or items are
   *   open and not accepted; `validation-failed` for a department that nobody is in
   */
  async close({ month, accept, ...of }: NewClosing, by: { accountId: string }): Promise<ClosingView> {
    const id = randomUUID();
    const people = await this.#database.transaction(async (em) => {
      await em.execute('set local statement_timeout = 0');
      await lockByName(em, MONTHS_LOCK);
      const department = await requireDepartment(em, of.department);
      const draft = await this.#draft(em, month, department);
      if (!draft.isOver) throw new MusterError('wrong-state', 'This month is not over yet.');
      if (draft.people.length === 0) throw nobodyToClose(department, draft.alreadyClosed);
      if (draft.items.length > 0 && !accept) {
        const message = 'Items are open in this month: settle them, or accept them as they are.';
        throw new MusterError('conflict', message);
      }
      await this.#freeze(em, { id, month, department }, draft, by);
      await audit(em, {
        act: 'month.closed',
        object: { kind: 'closing', id },
        after: { month, department, people: draft.people.length, open: draft.items.length },
      });
      return draft.people.length;
    });
    this.#log.info({ event: 'month.closed', closingId: id, month, people }, 'month closed');
    return (await this.#views([id]))[0]!;
  }

  /** Throws MusterError `not-found`, or `conflict` where it was reopened already. */
  async reopen(id: string, reason: string, by: { accountId: string }): Promise<ClosingView> {
    await this.#database.transaction(async (em) => {
      await lockByName(em, MONTHS_LOCK);
      const closing = await em.findOne(MonthClosing, { id });
      if (!closing) throw notFound();
      if ((await em.count(MonthReopening, { closingId: id })) > 0) {
        throw new MusterError('conflict', 'This month was reopened already.');
      }
      const { month, department } = closing;
      const at = new Date(this.#now());
      em.create(MonthReopening, { closingId: id, month, authorId: by.accountId, reason, at });
      await audit(em, {
        act: 'month.reopened',
        object: { kind: 'closing', id },
        after: { month, department, why: reason },
      });
    });
    this.#log.info({ event: 'month.reopened', closingId: id }, 'month reopened');
    return (await this.#views([id]))[0]!;
  }

  /** Newest first. */
  async list({ limit, after, month }: ClosingsQuery, departments?: Departments): Promise<ClosingsView> {
    const em = this.#database.fork();
    const within = withinSql(departments);
    const rows = await em.execute<{ id: string }[]>(
      `select id from month_closing where (?::text is null or month = ?)
        and (?::boolean or exists (
          select 1 from closed_person where closed_person.closing_id = month_closing.id ${within.sql}))
        order by closed_at desc, id desc`,
      [month ?? null, month ?? null, departments === undefined, ...within.parameters],
    );
    const ids = rows.map(({ id }) => id);
    const begin = after === undefined ? 0 : ids.indexOf(after) + 1;
    const page = ids.slice(begin, begin + limit);
    return {
      closings: await this.#views(page, departments),
      next: begin + limit < ids.length ? page.at(-1)! : null,
    };
  }

  /** One page of its people. Throws MusterError `not-found`, also where it closed nobody of these departments. */
  async get(id: string, page: PageQuery, departments?: Departments): Promise<ClosingDetailView> {
    const [closing] = await this.#views([id], departments);
    if (!closing || (departments && closing.people === 0)) throw notFound();
    return closingDetail(this.#database.fork(), closing, page, departments);
  }

  async #views(ids: readonly string[], departments?: Departments): Promise<ClosingView[]> {
    const em = this.#database.fork();
    const rows = await em.find(MonthClosing, { id: { $in: [...ids] } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return closingViews(
      em,
      ids.flatMap((id) => byId.get(id) ?? []),
      departments,
    );
  }

  /** What closing the month would freeze now. */
  async #draft(em: Em, month: string, department: string | null): Promise<Draft> {
    const everybody = await em.find(Person, {}, { orderBy: { id: 'asc' } });
    const wanted = department === null ? undefined : [department];
    const covered = everybody.filter((person) => isWithin(person, wanted));
    const closed = await closedMonthsOf(
      em,
      covered.map(({ id }) => id),
    );
    const people = covered.filter(({ id }) => !closed.get(id)?.has(month));
    const ids = people.map(({ id }) => id);

    // Before the days are derived: a punch in between is then taken for one that came later, and compared once more.
    const seen = await seenInMonth(em, month, ids);
    const { from, to } = spanOf(month);
    // The day after the month says whether the last night is over.
    const records = await workRecords(em, { from, to: addDays(to, 1), personIds: ids });
    const pending = await pendingByPerson(em, ids);
    const planned = await this.#planned(em, ids, from, to);
    const sites = await allSites(em);
    const waiting = await waitingDates(em, people, sites);
    const absences = await waitingAbsences(em, month);
    const now = this.#now();
    const byDepartment =
      department === null && everybody.some((one) => one.status === 'active' && one.department);

    const items: OpenItemView[] = [];
    const months = people.map((person): DraftMonth => {
      const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
      const record = records.get(person.id);
      const open = openItems(
        {
          department: person.department ?? '',
          days: record?.days ?? [],
          reading: site.reading,
          waiting: (waiting.get(person.id) ?? []).filter((date) => monthOf(date) === month),
          absences: absences.get(person.id) ?? [],
        },
        { month, today: workDateAt(now, site), now, byDepartment },
      );
      for (const item of open) items.push({ ...item, person: personOf(person) });
      return {
        person,
        site,
        seen: seen.get(person.id) ?? 0,
        days: daysOf(record, month, planned.get(person.id)),
        adjustments: (pending.get(person.id) ?? []).filter((one) => one.month === month),
      };
    });
    return {
      isOver: workDateAt(now, sites[0]!) > to,
      people,
      alreadyClosed: covered.length - people.length,
      items: items.toSorted(byDateAndName),
      months,
    };
  }

  async #freeze(
    em: Em,
    { id, month, department }: { id: string; month: string; department: string | null },
    { months, items }: Draft,
    { accountId }: { accountId: string },
  ): Promise<void> {
    const closedAt = new Date(this.#now());
    em.create(MonthClosing, {
      id,
      month,
      department,
      authorId: accountId,
      closedAt,
      openItems: items.length,
    });
    await em.flush();
    const own = (person: Person) => ({ id: randomUUID(), closingId: id, month, personId: person.id });
    const people = months.map(({ person, site, seen }) => {
      const { timeZone, turnsAt, reading, longestStay, breaks } = site;
      const rules = { timeZone, turnsAt, reading, longestStay, breaks };
      return { ...own(person), department: person.department ?? '', rules, seen };
    });
    const days = months.flatMap(({ person, days: of }) =>
      Array.from(of, ([date, { figures, planned, punches }]) =>
        Object.assign(own(person), figures, { date, planned, punchIds: [...punches] }),
      ),
    );
    const adjustments = months.flatMap(({ person, adjustments: of }) =>
      of.map(({ date, difference, added, removed }) =>
        Object.assign(own(person), difference, { date, added: [...added], removed: [...removed] }),
      ),
    );
    for (const rows of pieces(people)) await em.insertMany(ClosedPerson, rows);
    for (const rows of pieces(days)) await em.insertMany(ClosedDay, rows);
    for (const rows of pieces(adjustments)) await em.insertMany(ClosedAdjustment, rows);
  }
}

interface Draft {
  isOver: boolean;
  people: Person[];
  alreadyClosed: number;
  items: OpenItemView[];
  months: DraftMonth[];
}

interface DraftMonth {
  person: Person;
  site: Site;
  seen: number;
  days: ReadonlyMap<string, DraftDay>;
  adjustments: Adjustment[];
}

interface DraftDay {
  figures: typeof NO_FIGURES;
  punches: readonly string[];
  planned: number | null;
}

/** Days with punches, and days on which work was planned. */
function daysOf(
  record: PersonRecord | undefined,
  month: string,
  planned: ReadonlyMap<string, number> = new Map(),
): Map<string, DraftDay> {
  const days = new Map<string, DraftDay>();
  for (const [date, day] of record ? liveDaysOf(record) : []) {
    if (monthOf(date) === month) days.set(date, { ...day, planned: planned.get(date) ?? null });
  }
  for (const [date, time] of planned) {
    if (!days.has(date)) days.set(date, { figures: NO_FIGURES, punches: [], planned: time });
  }
  return days;
}

function* pieces<T>(rows: readonly T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) yield rows.slice(i, i + ROWS_AT_ONCE);
}

function byDateAndName(a: OpenItemView, b: OpenItemView): number {
  const [one, other] = [a.date ?? '', b.date ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return compareNames(a.person.displayName, b.person.displayName);
}

function nobodyToClose(department: string | null, alreadyClosed: number): MusterError {
  if (alreadyClosed > 0 || department === null) {
    return new MusterError('conflict', 'This month is closed already.');
  }
  const message = 'is a department without people';
  return new MusterError('validation-failed', `department ${message}.`, {
    faults: [{ path: 'department', message }],
  });
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such closing.');
}
