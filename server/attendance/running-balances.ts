/** The balances of people, from where each begins to a date. */
import { setImmediate } from 'node:timers/promises';
import type { Em } from '../db/database.ts';
import { BalanceEntryRow } from '../db/entities/absence.ts';
import type { Person } from '../db/entities/person.ts';
import { readSchedules, type Schedules } from '../schedules/plans-of.ts';
import { addDays, dateAt, datesBetween } from '../time/zoned.ts';
import {
  type BalanceMonth,
  dayBalance,
  type DayBalance,
  monthOf,
  runningBalance,
} from '../worktime/balances.ts';
import { type PersonSchedule, planOf } from '../worktime/plans.ts';
import { assignmentOn } from '../worktime/rotas.ts';
import { readWork, scheduleSpan } from './work-record.ts';

export interface RunningBalance {
  /** From the beginning of the balance. */
  days: DayBalance[];
  months: BalanceMonth[];
}

/** Reads the punches of that many dates of one person at once, for as many people as fit: it bounds the memory. */
const DAYS_AT_ONCE = 20_000;
/** After so many derived days other work of the server has its turn: some 20 ms. */
const DAYS_BETWEEN_PAUSES = 1_500;

/**
 * By the id of the person; people whose balance has not begun are left out.
 *
 * @param through last date, YYYY-MM-DD
 */
export async function runningBalances(
  em: Em,
  people: readonly Person[],
  through: string,
): Promise<Map<string, RunningBalance>> {
  const entries = Map.groupBy(
    await em.find(BalanceEntryRow, { personId: { $in: people.map(({ id }) => id) } }),
    ({ personId }) => personId,
  );
  const { sites, of } = await readSchedules(em, { from: through, to: through });
  const schedules = await of(em, people);
  const carried = await caps(em);
  const oldest = await oldestPunch(em);
  const begun = people.flatMap((person) => {
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    const begins = firstDate(schedules.get(person.id)!, entries.get(person.id) ?? [], {
      oldest: oldest === null ? null : dateAt(oldest, site.timeZone),
    });
    return begins !== null && begins <= through ? [{ person, begins }] : [];
  });

  const balances = new Map<string, RunningBalance>();
  if (begun.length === 0) return balances;
  const span = { from: earliest(begun), to: through };
  const plans = await readSchedules(em, scheduleSpan(span));
  let derived = 0;
  let rest = begun;
  while (rest.length > 0) {
    const from = earliest(rest);
    const dates = datesBetween(from, through);
    const batch = rest.slice(0, Math.max(1, Math.floor(DAYS_AT_ONCE / dates.length)));
    rest = rest.slice(batch.length);
    const daysOf = await readDays(em, batch, { from, through, plans });
    for (const { person, begins } of batch) {
      const days = daysOf(person, begins);
      const capOf = capBy(schedules.get(person.id)!, carried);
      const months = runningBalance({ days, entries: entries.get(person.id) ?? [], capOf });
      balances.set(person.id, { days, months });
      derived += days.length;
      if (derived < DAYS_BETWEEN_PAUSES) continue;
      derived = 0;
      await setImmediate();
    }
  }
  return balances;
}

function earliest(begun: readonly { begins: string }[]): string {
  return begun.map(({ begins }) => begins).reduce((a, b) => (a < b ? a : b));
}

/** Reads what is known of some people; their days are derived when they are asked for. */
async function readDays(
  em: Em,
  batch: readonly { person: Person }[],
  { from, through, plans }: { from: string; through: string; plans: Schedules },
): Promise<(person: Person, begins: string) => DayBalance[]> {
  const people = batch.map(({ person }) => person);
  const query = { from, to: through, personIds: people.map(({ id }) => id) };
  const schedules = await plans.of(em, people);
  const { recordOf } = await readWork(em, query, { people, schedules, sites: plans.sites });
  return (person, begins) => {
    const record = recordOf(person);
    const schedule = schedules.get(person.id)!;
    const zoned = { ...schedule, timeZone: record?.zoneOn ?? schedule.timeZone };
    const planned =
      record?.plans?.filter(({ date }) => date >= begins) ?? planOf(zoned, datesBetween(begins, through));
    const dayOn = new Map(record?.days.map((day) => [day.date, day]));
    return planned.map((plan) => dayBalance(plan, dayOn.get(plan.date) ?? null));
  };
}

/**
 * Where a balance begins: with its start, or with the first rota of the person, but not before the oldest punch that is
 * still kept. Otherwise all time that retention removed would be missing. Null where there is neither.
 */
function firstDate(
  { assignments, employed }: PersonSchedule,
  entries: readonly BalanceEntryRow[],
  { oldest }: { oldest: string | null },
): string | null {
  const starts = entries.filter(({ kind }) => kind === 'start').map(({ date }) => date);
  if (starts.length > 0) return starts.toSorted().at(-1)!;
  const first = assignments.map(({ from }) => from).toSorted()[0];
  if (first === undefined || oldest === null) return null;
  return [first, employed.from ?? first, oldest].toSorted().at(-1)!;
}

/** Epoch ms; null where there is no punch. */
async function oldestPunch(em: Em): Promise<number | null> {
  const [row] = await em.execute<{ at: number | null }[]>(
    'select (extract(epoch from min(at)) * 1000)::float8 as at from punch',
  );
  return row?.at ?? null;
}

/** The most that is carried from a month to the next, by the id of the rota. */
async function caps(em: Em): Promise<Map<string, number | null>> {
  const rows = await em.execute<{ id: string; carry_over: number | null }[]>(
    'select id, carry_over from rota',
  );
  return new Map(rows.map(({ id, carry_over }) => [id, carry_over]));
}

/** The rota on the last day of a month decides what is carried. */
function capBy({ assignments }: PersonSchedule, carried: ReadonlyMap<string, number | null>) {
  return (month: string): number | null => {
    const last = datesBetween(`${month}-28`, addDays(`${month}-28`, 3)).findLast(
      (date) => monthOf(date) === month,
    )!;
    const assignment = assignmentOn(assignments, last);
    return (assignment && carried.get(assignment.rotaId)) ?? null;
  };
}
