/** Reads closed months: what is frozen, and what came later. `worktime/closing.ts` has the arithmetic. */
import type { Em } from '../db/database.ts';
import type { ClosedRules } from '../db/entities/closing.ts';
import { addDays } from '../time/zoned.ts';
import {
  type Adjustment,
  dayRecordOf,
  type DayRecord,
  type Figures,
  type FrozenDay,
  type LiveDays,
  monthOf,
  nextMonth,
  pendingAdjustments,
} from '../worktime/closing.ts';
import { type PersonRecord, workRecords } from './work-record.ts';

/**
 * Held by whoever closes or reopens a month, so that no person's month is closed twice, and by whoever may only change one that
 * is open.
 */
export const MONTHS_LOCK = 'muster/months';

/** The closed months of a person, by YYYY-MM. */
export type ClosedMonths = ReadonlyMap<string, ClosedMonth>;

interface ClosedMonth {
  /** Null for a person who came after everybody's month was closed. */
  frozen: { closingId: string; rules: ClosedRules } | null;
  /** See `ClosedPerson.seen`. */
  seen: number;
}

const NONE: ClosedMonths = new Map();

/** By the id of the person; only people with a closed month. */
export async function closedMonthsOf(
  em: Em,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, ClosedMonths>> {
  const ofEverybody = await em.execute<{ month: string }[]>(
    `select distinct month from month_closing where department is null
      and not exists (select 1 from month_reopening where closing_id = month_closing.id)`,
  );
  const rows = await em.execute<
    {
      personId: string;
      month: string;
      closingId: string;
      rules: ClosedRules;
      seen: number;
      reopened: boolean;
    }[]
  >(
    `select person_id as "personId", closed_person.month, closed_person.closing_id as "closingId", rules, seen,
        month_reopening.closing_id is not null as reopened
      from closed_person left join month_reopening on month_reopening.closing_id = closed_person.closing_id
      where person_id = any(?::uuid[])`,
    [arrayOf(personIds)],
  );
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  const closed = new Map<string, ClosedMonths>();
  for (const personId of personIds) {
    const own = byPerson.get(personId) ?? [];
    const known = new Set(own.map(({ month }) => month));
    // Who was there when a month was closed has a row in it. Who came later has none, and is closed with everybody.
    const later = ofEverybody.filter(({ month }) => !known.has(month));
    const months = new Map<string, ClosedMonth>([
      ...later.map(({ month }) => [month, { frozen: null, seen: 0 }] as const),
      ...own
        .filter(({ reopened }) => !reopened)
        .map(({ month, closingId, rules, seen }) => [month, { frozen: { closingId, rules }, seen }] as const),
    ]);
    if (months.size > 0) closed.set(personId, months);
  }
  return closed;
}

/**
 * How many punches, voids and statements may have a part in a month, by person. They are append-only, so another number
 * says that more came, whatever the clock of the server says.
 */
export async function seenInMonth(
  em: Em,
  month: string,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await em.execute<{ id: string; seen: number }[]>(
    `select wanted.id, (${SEEN})::int as seen from unnest(?::uuid[]) as wanted (id), (select ?::text as month) as of`,
    [arrayOf(personIds), month],
  );
  return new Map(rows.map(({ id, seen }) => [id, seen]));
}

/** As far before the month as a work day can depend on (`LOOK_BACK`), and as far after it as one can last. */
const SEEN = `select count(*) + count(punch_void.punch_id) + count(punch_statement.punch_id)
  from punch
  left join punch_void on punch_void.punch_id = punch.id
  left join punch_statement on punch_statement.punch_id = punch.id
  where punch.person_id = wanted.id
    and punch.at >= ((of.month || '-01')::timestamp - interval '16 days') at time zone 'UTC'
    and punch.at < ((of.month || '-01')::timestamp + interval '1 month 4 days') at time zone 'UTC'`;

/** The adjustments of closed months that no closing has frozen, by the id of the person. */
export async function pendingByPerson(
  em: Em,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Adjustment[]>> {
  const closed = await closedMonthsOf(em, personIds);
  const booked = await frozenAdjustments(em, personIds);
  const compared = await changedMonths(em, closed);
  for (const { personId, date } of booked) add(compared, monthOf(date), personId);

  const live = new Map<string, Map<string, DayRecord>>();
  const frozen = new Map<string, FrozenDay[]>();
  for (const [month, ids] of compared) {
    const people = [...ids];
    const records = await workRecords(em, {
      ...spanOf(month),
      personIds: people,
      closedRules: (personId) => closed.get(personId)?.get(month)?.frozen?.rules,
    });
    for (const [personId, record] of records) {
      const days = live.get(personId) ?? new Map<string, DayRecord>();
      for (const [date, day] of liveDaysOf(record)) days.set(date, day);
      live.set(personId, days);
    }
    for (const { personId, day } of await frozenIn(em, [month, month], people)) {
      frozen.set(personId, [...(frozen.get(personId) ?? []), day]);
    }
  }

  const comparedFrom = await deletedUntil(em);
  const adjustments = Map.groupBy(booked, ({ personId }) => personId);
  const pending = new Map<string, Adjustment[]>();
  for (const personId of new Set([...live.keys(), ...frozen.keys(), ...adjustments.keys()])) {
    const ledger = {
      closed: new Set(closed.get(personId)?.keys()),
      frozen: frozen.get(personId) ?? [],
      adjustments: adjustments.get(personId) ?? [],
    };
    const own = pendingAdjustments(live.get(personId) ?? new Map(), ledger, comparedFrom);
    if (own.length > 0) pending.set(personId, own);
  }
  return pending;
}

/** What closed months say about a span of dates. */
export interface FrozenSpan {
  isClosed(personId: string, date: string): boolean;
  /** The frozen days of closed months, by person and date: they hold in place of what the punches say now. */
  days: ReadonlyMap<string, ReadonlyMap<string, FrozenDayRecord>>;
  /** What came later, by person: that of a month is in the span which has its first date. */
  adjustments: ReadonlyMap<string, readonly Adjustment[]>;
}

interface FrozenDayRecord extends FrozenDay {
  /** Planned time, ms; null where nothing is planned. */
  planned: number | null;
}

/**
 * @param from first date, YYYY-MM-DD
 * @param to last date
 */
export async function frozenDays(
  em: Em,
  personIds: readonly string[],
  from: string,
  to: string,
): Promise<FrozenSpan> {
  const closed = await closedMonthsOf(em, personIds);
  const isClosed = (personId: string, date: string) => (closed.get(personId) ?? NONE).has(monthOf(date));
  const days = new Map<string, Map<string, FrozenDayRecord>>();
  const begun: string[] = [];
  for (let month = monthOf(from); month <= monthOf(to); month = nextMonth(month)) {
    if (`${month}-01` >= from) begun.push(month);
  }
  for (const { personId, day } of await frozenIn(em, [monthOf(from), monthOf(to)], personIds)) {
    if (day.date < from || day.date > to) continue;
    const own = days.get(personId) ?? new Map<string, FrozenDayRecord>();
    own.set(day.date, day);
    days.set(personId, own);
  }
  const adjustments = new Map<string, Adjustment[]>();
  const book = (personId: string, one: Adjustment) => {
    if (begun.includes(one.month)) adjustments.set(personId, [...(adjustments.get(personId) ?? []), one]);
  };
  if (begun.length > 0 && closed.size > 0) {
    for (const { personId, ...one } of await frozenAdjustments(em, personIds)) book(personId, one);
    const open = personIds.filter((id) => begun.some((month) => !isClosed(id, `${month}-01`)));
    for (const [personId, own] of await pendingByPerson(em, open)) {
      for (const one of own) book(personId, one);
    }
  }
  return { isClosed, days, adjustments };
}

/** Days without a punch that counts are left out. */
export function liveDaysOf({ days }: PersonRecord): LiveDays {
  return new Map(days.filter(({ punches }) => punches.length > 0).map((day) => [day.date, dayRecordOf(day)]));
}

/** First and last date. @param month YYYY-MM */
export function spanOf(month: string): { from: string; to: string } {
  return { from: `${month}-01`, to: addDays(`${nextMonth(month)}-01`, -1) };
}

/** The people to whose closed months something was added, by month. */
async function changedMonths(
  em: Em,
  closed: ReadonlyMap<string, ClosedMonths>,
): Promise<Map<string, Set<string>>> {
  const known = [...closed].flatMap(([id, months]) =>
    [...months].map(([month, { seen }]) => ({ id, month, seen })),
  );
  const rows = await em.execute<{ id: string; month: string }[]>(
    `select wanted.id, wanted.month
      from unnest(?::uuid[], ?::text[], ?::int[]) as wanted (id, month, seen), lateral (select wanted.month) as of
      where wanted.seen <> (${SEEN})`,
    [
      arrayOf(known.map(({ id }) => id)),
      arrayOf(known.map(({ month }) => month)),
      arrayOf(known.map(({ seen }) => String(seen))),
    ],
  );
  const changed = new Map<string, Set<string>>();
  for (const { id, month } of rows) add(changed, month, id);
  return changed;
}

function add(months: Map<string, Set<string>>, month: string, personId: string): void {
  months.set(month, (months.get(month) ?? new Set<string>()).add(personId));
}

type AdjustmentRow = Adjustment & { personId: string };

/** Of closings that hold. */
async function frozenAdjustments(em: Em, personIds: readonly string[]): Promise<AdjustmentRow[]> {
  const rows = await em.execute<
    (Figures & Pick<AdjustmentRow, 'personId' | 'month' | 'date' | 'added' | 'removed'>)[]
  >(
    `select person_id as "personId", month, date::text as date, presence, pauses, deducted, worked, incomplete,
        added, removed
      from closed_adjustment
      where person_id = any(?::uuid[])
        and not exists (select 1 from month_reopening where closing_id = closed_adjustment.closing_id)
      order by date`,
    [arrayOf(personIds)],
  );
  return rows.map(({ personId, month, date, added, removed, ...difference }) => ({
    personId,
    month,
    date,
    difference,
    added,
    removed,
  }));
}

interface DayColumns extends Pick<FrozenDayRecord, 'date' | 'planned' | 'punches'> {
  personId: string;
}

/** Of closings that hold. @param months first and last month, YYYY-MM */
async function frozenIn(
  em: Em,
  months: readonly [string, string],
  personIds: readonly string[],
): Promise<{ personId: string; day: FrozenDayRecord }[]> {
  const rows = await em.execute<(Figures & DayColumns)[]>(
    `select person_id as "personId", date::text as date, presence, pauses, deducted, worked, incomplete, planned,
        punch_ids as punches
      from closed_day
      where month between ? and ? and person_id = any(?::uuid[])
        and not exists (select 1 from month_reopening where closing_id = closed_day.closing_id)
      order by date`,
    [...months, arrayOf(personIds)],
  );
  return rows.map(({ personId, date, planned, punches, ...figures }) => ({
    personId,
    day: { date, planned, punches, figures },
  }));
}

/** Punches of days before this date may have been deleted because of their age. */
async function deletedUntil(em: Em): Promise<string> {
  const [row] = await em.execute<{ before: string | null }[]>(
    `select max(line ->> 'before') as before from retention_run, jsonb_array_elements(report) as line
      where line ->> 'what' = 'punches'`,
  );
  return row?.before ? addDays(row.before.slice(0, 10), 2) : '';
}

/** As PostgreSQL writes an array of things that need no quotes. */
function arrayOf(items: readonly string[]): string {
  return `{${items.join(',')}}`;
}
