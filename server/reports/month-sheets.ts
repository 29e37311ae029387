/** The months of people, date by date: what they look at and sign. */
import { adjustmentView } from '../attendance/closed-day-views.ts';
import { spanOf } from '../attendance/closed-months.ts';
import { personOf } from '../people/person-summary.ts';
import { runningBalances } from '../attendance/running-balances.ts';
import type { Database, Em } from '../db/database.ts';
import type { Person } from '../db/entities/person.ts';
import type { BalanceOfMonth, MonthSheetDay, MonthSheetView } from '../protocol/reports.ts';
import { addDays, clockAt } from '../time/zoned.ts';
import type { BalanceMonth } from '../worktime/balances.ts';
import { peopleDays, type PersonDays } from './people-days.ts';
import { figuresOf } from './person-figures.ts';
import type { ReportDay } from './report-day.ts';

export interface MonthSheetsOptions {
  /** YYYY-MM */
  month: string;
  /** The current work date of the default site, YYYY-MM-DD. */
  today: string;
  /** Epoch ms. */
  now: number;
}

/** People whose sheets are made at once. */
const PEOPLE_AT_ONCE = 50;

/** In the order of the people. */
export async function* monthSheets(
  database: Database,
  people: readonly Person[],
  options: MonthSheetsOptions,
): AsyncGenerator<MonthSheetView> {
  const { month, now } = options;
  const span = spanOf(month);
  const through = throughOf(span, options.today);
  for (let i = 0; i < people.length; i += PEOPLE_AT_ONCE) {
    const group = people.slice(i, i + PEOPLE_AT_ONCE);
    const em = database.fork();
    const corrected = await correctedDates(em, group, span);
    const balances = through === null ? null : await runningBalances(em, group, through);
    for await (const one of peopleDays(database, group, { ...span, now })) {
      const own = balances?.get(one.person.id)?.months.find(({ span: of }) => of === month);
      yield sheetOf(one, {
        ...options,
        through,
        balance: own ? balanceOf(own) : null,
        corrected: corrected.get(one.person.id) ?? NONE,
      });
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

/** The last date of a span that is over; null where none is. */
export function throughOf({ from, to }: { from: string; to: string }, today: string): string | null {
  const yesterday = addDays(today, -1);
  const through = to < yesterday ? to : yesterday;
  return through < from ? null : through;
}

export function balanceOf({
  planned,
  worked,
  credited,
  overtime,
  carried,
  corrected,
  paidOut,
  forfeited,
  balance,
}: BalanceMonth): BalanceOfMonth {
  return { planned, worked, credited, overtime, carried, corrected, paidOut, forfeited, balance };
}

interface SheetContext extends MonthSheetsOptions {
  through: string | null;
  balance: BalanceOfMonth | null;
  /** IDs of punches that were added by hand, and dates (YYYY-MM-DD) on which one was removed. */
  corrected: ReadonlySet<string>;
}

function sheetOf(
  { person, site, zoneOn, days, adjustments }: PersonDays,
  { month, now, through, balance, corrected }: SheetContext,
): MonthSheetView {
  const over = days.filter(({ date }) => through !== null && date <= through);
  const adjusted = adjustments.reduce((sum, { difference }) => sum + difference.worked, 0);
  return {
    person: personOf(person),
    month,
    timeZone: site.timeZone,
    through,
    closed: days[0]?.closed ?? false,
    days: days.map((day) =>
      sheetDay(day, { zone: zoneOn(day.date), isOver: through !== null && day.date <= through, corrected }),
    ),
    adjustments: adjustments.map(adjustmentView),
    figures: figuresOf(over, adjusted),
    balance,
    asOf: new Date(now).toISOString(),
  };
}

interface DayContext {
  zone: string;
  isOver: boolean;
  corrected: ReadonlySet<string>;
}

function sheetDay(day: ReportDay, { zone, isOver, corrected }: DayContext): MonthSheetDay {
  const { date, planned, worked, credited, overtime, pauses, deducted, incomplete, plan, work, flags } = day;
  const clock = (at: number) => clockAt(at, zone);
  return {
    date,
    planned,
    worked,
    credited,
    overtime: isOver ? overtime : 0,
    pauses,
    deducted,
    incomplete,
    over: isOver,
    stays: (work?.stays ?? []).map((stay) => ({
      arrival: stay.state === 'missing-arrival' ? null : clock(stay.arrival.at),
      departure: stay.state === 'missing-departure' ? null : clock(stay.departure.at),
    })),
    shifts: plan.shifts.map(({ name, begin, end }) => ({ name, begin: clock(begin), end: clock(end) })),
    holiday: plan.holiday?.name ?? null,
    leave: plan.absences.map(({ kind, days }) => ({ kind, days })),
    flags: flags.map((flag) => ({ kind: flag.kind, by: 'by' in flag ? flag.by : null })),
    corrected: corrected.has(date) || (work?.punches.some(({ id }) => corrected.has(id)) ?? false),
  };
}

/** By the id of the person: see `SheetContext.corrected`. */
async function correctedDates(
  em: Em,
  people: readonly Person[],
  { from, to }: { from: string; to: string },
): Promise<Map<string, Set<string>>> {
  const rows = await em.execute<{ person_id: string; id: string; date: string | null }[]>(
    `select punch.person_id, punch.id,
        case when punch_void.punch_id is null then null
          else to_char(punch.at at time zone punch.time_zone, 'YYYY-MM-DD') end as date
      from punch left join punch_void on punch_void.punch_id = punch.id
      where punch.person_id = any(?::uuid[]) and punch.at >= ? and punch.at < ?
        and (punch.source = 'correction' or punch_void.punch_id is not null)`,
    [`{${people.map(({ id }) => id).join(',')}}`, new Date(addDays(from, -1)), new Date(addDays(to, 3))],
  );
  const corrected = new Map<string, Set<string>>();
  for (const { person_id: personId, id, date } of rows) {
    const own = corrected.get(personId) ?? new Set<string>();
    corrected.set(personId, own.add(date ?? id));
  }
  return corrected;
}
