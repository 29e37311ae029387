/** Plans and work days together: what is remarkable about each day, and the balances. */
import type { Database, Em } from '../db/database.ts';
import { BalanceEntryRow } from '../db/entities/absence.ts';
import { Account } from '../db/entities/account.ts';
import { Person } from '../db/entities/person.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import { MusterError } from '../protocol/error.ts';
import type {
  BalanceEntryRecord,
  BalanceEntryView,
  BalanceView,
  FlagView,
  PlanDayView,
  PlanView,
} from '../protocol/schedules.ts';
import { schedulesOf } from '../schedules/plans-of.ts';
import { type RecordKind, RecordSet, type Viewed } from '../records/record-set.ts';
import { siteOf } from '../sites/site-service.ts';
import { doubtfulSpans } from '../time/clock-steps.ts';
import { addDays, datesBetween } from '../time/zoned.ts';
import { balanceBy, dayBalance } from '../worktime/balances.ts';
import { workDateAt } from '../worktime/calendar.ts';
import { DEFAULT_FLAG_RULES, type Flag, flagsByDate } from '../worktime/flags.ts';
import { type Plan, planOf } from '../worktime/plans.ts';
import type { DayShift } from '../worktime/shifts.ts';
import type { WorkDay } from '../worktime/work-days.ts';
import { storedSteps } from './clock-step-service.ts';
import { personOf } from '../people/person-summary.ts';
import { runningBalances } from './running-balances.ts';
import { workRecords } from './work-record.ts';

/** Include only people of these departments; everybody where undefined. */
type Departments = readonly string[] | undefined;

export interface BalanceQueryOptions {
  database: Database;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class BalanceQuery {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #entries: RecordSet<BalanceEntryRow, BalanceEntryRecord>;

  constructor({ database, now = Date.now }: BalanceQueryOptions) {
    this.#database = database;
    this.#now = now;
    this.#entries = new RecordSet(database, ENTRIES);
  }

  /** Throws MusterError `not-found`. @param span first and last date, YYYY-MM-DD */
  async plan(
    personId: string,
    { from, to }: { from: string; to: string },
    departments?: Departments,
  ): Promise<PlanView> {
    const em = this.#database.fork();
    const { person, site } = await this.#person(em, personId, departments);
    const { plans, days } = await planned(em, person, from, to);
    const flags = flagsByDate({
      plans,
      days,
      reading: site.reading,
      rules: DEFAULT_FLAG_RULES,
      doubtful: doubtfulSpans(await storedSteps(em)),
      now: this.#now(),
    });
    const dayOn = new Map(days.map((day) => [day.date, day]));
    return {
      person: personOf(person),
      timeZone: site.timeZone,
      days: plans.map((plan) => planDay(plan, dayOn.get(plan.date) ?? null, flags.get(plan.date) ?? [])),
    };
  }

  /** Throws MusterError `not-found`. @param year the current one by default */
  async balance(personId: string, year?: number, departments?: Departments): Promise<BalanceView> {
    const em = this.#database.fork();
    const { person, site } = await this.#person(em, personId, departments);
    const today = workDateAt(this.#now(), site);
    const through = addDays(today, -1);
    const of = String(year ?? today.slice(0, 4));
    const { days = [], months = [] } = (await runningBalances(em, [person], through)).get(personId) ?? {};
    return {
      person: personOf(person),
      through,
      balance: months.at(-1)?.balance ?? 0,
      weeks: balanceBy('week', days).filter(({ span }) => span.startsWith(of)),
      months: months.filter(({ span }) => span.startsWith(of)),
    };
  }

  async entries(where: { personId?: string }, departments?: Departments): Promise<BalanceEntryView[]> {
    return this.#withAuthors(await this.#entries.list(where, departments));
  }

  /** Throws MusterError `not-found`. */
  async entry(id: string, departments?: Departments): Promise<BalanceEntryView> {
    return (await this.#withAuthors([await this.#entries.get(id, departments)]))[0]!;
  }

  /** Throws MusterError `validation-failed`. */
  async enter(input: BalanceEntryRecord, by: { accountId: string }): Promise<BalanceEntryView> {
    const made = await this.#entries.create(input, { authorId: by.accountId });
    return (await this.#withAuthors([made]))[0]!;
  }

  /** Throws MusterError `not-found`, `precondition-failed`. */
  removeEntry(id: string, expected?: readonly string[]): Promise<void> {
    return this.#entries.remove(id, expected);
  }

  async #withAuthors(entries: Viewed<BalanceEntryRecord>[]): Promise<BalanceEntryView[]> {
    const em = this.#database.fork();
    const rows = await em.find(BalanceEntryRow, { id: { $in: entries.map(({ id }) => id) } });
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    const accounts = await em.find(Account, { id: { $in: rows.map(({ authorId }) => authorId) } });
    const nameOf = new Map(accounts.map(({ id, name }) => [id, name]));
    return entries.map((entry) => {
      const row = rowOf.get(entry.id);
      const author = nameOf.get(row?.authorId ?? '') ?? '';
      const createdAt = row?.createdAt ?? new Date(this.#now());
      return Object.assign(entry, { author, createdAt: createdAt.toISOString() });
    });
  }

  async #person(em: Em, id: string, departments: Departments): Promise<{ person: Person; site: Site }> {
    const person = await em.findOne(Person, { id, erasedAt: null });
    if (!person || !isWithin(person, departments)) {
      throw new MusterError('not-found', 'There is no such person.');
    }
    return { person, site: await siteOf(em, person.siteId) };
  }
}

/** The plans of a span where the person was, and the work days from one before it: its end is needed for the first rest. */
async function planned(
  em: Em,
  person: Person,
  from: string,
  to: string,
): Promise<{ plans: Plan[]; days: readonly WorkDay[] }> {
  const records = await workRecords(em, { from: addDays(from, -1), to, personIds: [person.id] });
  const record = records.get(person.id);
  const schedule = (await schedulesOf(em, [person], { from, to })).get(person.id)!;
  const { timeZone } = schedule;
  const plans = planOf({ ...schedule, timeZone: record?.zoneOn ?? timeZone }, datesBetween(from, to));
  return { plans, days: record?.days ?? [] };
}

function planDay(plan: Plan, day: WorkDay | null, flags: readonly Flag[]): PlanDayView {
  const { why, toWork, holiday, shifts, absences } = plan;
  return {
    ...dayBalance(plan, day),
    why,
    toWork,
    holiday,
    shifts: shifts.map(shiftView),
    absences: absences.map(({ id, kind, halves, time, counts, days }) => ({
      id,
      kind,
      halves: [...halves],
      time,
      counts,
      days,
    })),
    flags: flags.map(flagView),
  };
}

function shiftView({ shiftId, name, begin, end, flexible }: DayShift): PlanDayView['shifts'][number] {
  const core = flexible?.core;
  return {
    shiftId,
    name,
    begin: instant(begin),
    end: instant(end),
    flexible: flexible && {
      planned: flexible.planned,
      core: core ? { begin: instant(core.begin), end: instant(core.end) } : null,
    },
  };
}

/** Fields of a flag that are instants; the others are durations and words. */
const INSTANTS = new Set([
  'planned',
  'arrival',
  'departure',
  'proposed',
  'from',
  'until',
  'begin',
  'end',
  'punch',
  'set',
]);

function flagView(flag: Flag): FlagView {
  return Object.fromEntries(
    Object.entries(flag).map(([name, value]) => [
      name,
      INSTANTS.has(name) && typeof value === 'number' ? instant(value) : value,
    ]),
  ) as FlagView;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

const ENTRIES: RecordKind<BalanceEntryRow, BalanceEntryRecord> = {
  entity: BalanceEntryRow,
  name: 'entry',
  acts: {
    created: 'balance-entry.created',
    changed: 'balance-entry.created',
    removed: 'balance-entry.removed',
  },
  subject: ({ personId }) => ({ kind: 'person', id: personId }),
  order: { date: 'desc' },
  fieldsOf: ({ personId, kind, date, amount, reason }) => ({ personId, kind, date, amount, reason }),
  rowOf: (fields) => fields,
  detailOf: ({ kind, date, amount }) => ({ kind, date, amount }),
};
