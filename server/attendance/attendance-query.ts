/** Attendance as the pages, the API and the report show it: one day, one person's month, a span of days. */
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { isWithin } from '../people/departments.ts';
import {
  type AttendanceSummaryView,
  type AttendanceView,
  LATEST_PUNCHES,
  type PunchesQuery,
  type PunchesView,
  type PunchView,
  type TimesheetView,
  type WorkDayView,
} from '../protocol/attendance.ts';
import { MusterError } from '../protocol/error.ts';
import type { SitePreviewInput, SitePreviewView } from '../protocol/sites.ts';
import { allSites } from '../sites/site-service.ts';
import { addDays, datesBetween } from '../time/zoned.ts';
import { workDateAt } from '../worktime/calendar.ts';
import { type AdjustmentEntry, adjustmentView, closedDayViews } from './closed-day-views.ts';
import { spanOf } from './closed-months.ts';
import { dayViews } from './day-view.ts';
import { personOf } from '../people/person-summary.ts';
import { detailsOf, punchView } from './punch-view.ts';
import { rulePreview } from './rule-preview.ts';
import { TodayBoard, type TodayView } from './today-board.ts';
import { LOOK_BACK_OF_BOARD, type PersonRecord, workRecords } from './work-record.ts';

export interface AttendanceQueryOptions {
  database: Database;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Include only people of these departments; everybody where undefined. */
type Departments = readonly string[] | undefined;

export class AttendanceQuery {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #board: TodayBoard;

  constructor({ database, now = Date.now }: AttendanceQueryOptions) {
    this.#database = database;
    this.#now = now;
    this.#board = new TodayBoard({ database, now });
  }

  /**
   * The board of a work date.
   *
   * @param date YYYY-MM-DD; today by default. On the board of today stands also who came the evening before and is still there.
   */
  async day(date?: string, departments?: Departments): Promise<AttendanceView> {
    const { today, timeZone, readings, days: ofToday, active } = await this.#board.read();
    const of = date ?? today;
    const everybody = of === today ? ofToday : await this.#dayOf(of, today);
    const days = everybody.filter(({ person }) => isWithin(person, departments));
    const present = new Set(
      days.filter(({ presence }) => presence !== 'not-seen').map(({ person }) => person.id),
    );
    const count = (presence: WorkDayView['presence']) =>
      days.filter((day) => day.presence === presence).length;
    let absent = 0;
    for (const [id, department] of active) {
      if (!present.has(id) && isWithin({ department }, departments)) absent += 1;
    }
    return {
      date: of,
      today,
      timeZone,
      readings: [...readings],
      days,
      figures: { here: count('here'), seen: count('seen'), left: count('left'), absent },
    };
  }

  /** The board of today of everybody, with views that stay the same objects while nothing about their person changes. */
  board(): Promise<TodayView> {
    return this.#board.read();
  }

  /** The figures of today and the last punches: what a page may ask for every few seconds. */
  async summary(departments?: Departments): Promise<AttendanceSummaryView> {
    const { days, ...head } = await this.day(undefined, departments);
    const punches = days.flatMap(({ person, punches: all }) => all.map((punch) => ({ punch, person })));
    const latest = punches
      .filter(({ punch }) => !punch.voided)
      .toSorted((a, b) => (a.punch.at < b.punch.at ? 1 : -1))
      .slice(0, LATEST_PUNCHES);
    return { ...head, latest };
  }

  /** A date that is over or still to come. */
  async #dayOf(date: string, today: string): Promise<WorkDayView[]> {
    const em = this.#database.fork();
    const records = await workRecords(em, {
      from: date,
      // Whoever has punched on the next date is not still there.
      to: addDays(date, 1),
      lookBack: LOOK_BACK_OF_BOARD,
    });
    const live = await dayViews(em, records, { date, today, now: this.#now() });
    if (date > today) return live;
    const people = [...records.values()].map(({ person }) => person);
    return (await closedDayViews(em, live, people, { from: date, to: date })).days;
  }

  /** Throws MusterError `not-found`. @param month YYYY-MM */
  async timesheet(personId: string, month: string, departments?: Departments): Promise<TimesheetView> {
    const em = this.#database.fork();
    const person = await em.findOne(Person, { id: personId, erasedAt: null });
    if (!person || !isWithin(person, departments))
      throw new MusterError('not-found', 'There is no such person.');
    const span = spanOf(month);
    const live = await this.#views(em, await workRecords(em, { ...span, personIds: [personId] }));
    const { days, adjustments, frozen } = await closedDayViews(em, live, [person], span);
    const ofDays = days.reduce((sum, { worked }) => sum + worked, 0);
    return {
      person: personOf(person),
      month,
      days,
      closed: frozen.isClosed(personId, span.from),
      adjustments: adjustments.map(adjustmentView),
      worked: adjustments.reduce((sum, { difference }) => sum + difference.worked, ofDays),
      incomplete: days.filter(({ incomplete, presence }) => incomplete && presence !== 'here').length,
    };
  }

  /**
   * The days from `from` to `to` (YYYY-MM-DD), one after the other, and the adjustments of each month that begins among them.
   * It is written down who asked for them.
   */
  async *report(
    from: string,
    to: string,
    departments?: Departments,
  ): AsyncGenerator<WorkDayView | AdjustmentEntry> {
    await this.#database.transaction((em) => audit(em, { act: 'report.exported', after: { from, to } }));
    // In pieces, so that a year of a large office does not have to fit into the memory.
    for (const [begin, end] of pieces(from, to)) {
      const em = this.#database.fork();
      const span = { from: begin, to: end };
      const live = await this.#views(em, await workRecords(em, { ...span, departments }));
      const people = (await em.find(Person, {})).filter((person) => isWithin(person, departments));
      const { days, adjustments } = await closedDayViews(em, live, people, span);
      yield* days;
      yield* adjustments;
    }
  }

  /** Null where there is none, or its person is in another department. */
  async punch(id: string, departments?: Departments): Promise<PunchView | null> {
    const em = this.#database.fork();
    const punch = await em.findOne(Punch, { id });
    const person = punch && (await em.findOne(Person, { id: punch.personId }));
    if (!person || !isWithin(person, departments)) return null;
    return punchView(punch, await detailsOf(em, [punch]));
  }

  async punches(query: PunchesQuery, departments?: Departments): Promise<PunchesView> {
    const { from, to, device, person, limit, after } = query;
    requireSpan(from, to);
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(Punch, { id: after });
    const inDepartments = departments && {
      personId: {
        $in: (await em.find(Person, {})).filter((one) => isWithin(one, departments)).map(({ id }) => id),
      },
    };
    const rows = await em.find(
      Punch,
      {
        $and: [
          { at: { $gte: new Date(from), $lte: new Date(to) } },
          device === undefined ? {} : { deviceId: device },
          person === undefined ? {} : { personId: person },
          inDepartments ?? {},
          last ? { $or: [{ at: { $gt: last.at } }, { at: last.at, id: { $gt: last.id } }] } : {},
        ],
      },
      { orderBy: { at: 'asc', id: 'asc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    const people = await em.find(Person, { id: { $in: page.map(({ personId }) => personId) } });
    const personById = new Map(people.map((one) => [one.id, personOf(one)]));
    const details = await detailsOf(em, page);
    return {
      punches: page.map((row) => ({
        punch: punchView(row, details),
        person: personById.get(row.personId)!,
      })),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** Throws MusterError `not-found`, or `validation-failed` for a span that ends before it begins. */
  async preview(siteId: string, input: SitePreviewInput): Promise<SitePreviewView> {
    requireSpan(input.from, input.to);
    const em = this.#database.fork();
    if (!(await allSites(em)).some(({ id }) => id === siteId)) {
      throw new MusterError('not-found', 'There is no such site.');
    }
    return rulePreview(em, siteId, input);
  }

  async #views(em: Em, records: ReadonlyMap<string, PersonRecord>): Promise<WorkDayView[]> {
    const { timeZone, turnsAt } = (await allSites(em))[0]!;
    const now = this.#now();
    return dayViews(em, records, { today: workDateAt(now, { timeZone, turnsAt }), now });
  }
}

function requireSpan(from: string, to: string): void {
  if (from <= to) return;
  throw new MusterError('validation-failed', 'to is before from.', {
    faults: [{ path: 'to', message: 'is before from' }],
  });
}

const PIECE = 31;

function* pieces(from: string, to: string): Generator<[string, string]> {
  const dates = datesBetween(from, to);
  for (let i = 0; i < dates.length; i += PIECE)
    yield [dates[i]!, dates[Math.min(i + PIECE, dates.length) - 1]!];
}
