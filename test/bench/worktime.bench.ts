/**
 * The derivation of work days: a month of 1,000 people and 50,000 punches, by both readings, with and without planned shifts;
 * and the board of 5,000 people after one punch, on PostgreSQL. Twenty seconds.
 */
import { performance } from 'node:perf_hooks';
import { HOUR, MINUTE } from '../../server/time/durations.ts';
import { addDays, datesBetween, startOfDay, weekdayOf } from '../../server/time/zoned.ts';
import { GERMAN_BREAKS } from '../../server/worktime/breaks.ts';
import { calendarOf, type PlannedShift } from '../../server/worktime/calendar.ts';
import { DEFAULT_LONGEST_STAY, type WorkPolicy } from '../../server/worktime/policy.ts';
import type { WorkPunch } from '../../server/worktime/punch.ts';
import { workDays } from '../../server/worktime/work-days.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { openDataServices } from '../support/data-services.ts';
import { openBenchDatabase } from './bench-database.ts';
import { type BenchRow, benchOptions, quantile, report } from './report.ts';

const { people, punches, board, rounds, json } = benchOptions({
  people: 1_000,
  punches: 50_000,
  board: 5_000,
  rounds: 15,
});

const ZONE = 'Europe/Berlin';
/** A month in which the clocks are set back. */
const FROM = '2026-10-01';
const TO = '2026-10-31';
const SITE = { timeZone: ZONE, turnsAt: 4 };
const DATES = datesBetween(FROM, TO);
/** Begin and end in hours after midnight: of every ten people seven work by day, and three in turns. */
const SHIFTS = [
  [8, 16.5],
  [8, 16.5],
  [9, 17.5],
  [9, 17.5],
  [7, 15.5],
  [8, 17],
  [8, 16],
  [6, 14],
  [14, 22],
  [22, 30],
] as const;

const rows: BenchRow[] = [];
const written = monthOfPunches();
for (const reading of ['first-and-last', 'in-and-out'] as const) {
  for (const planned of [false, true]) {
    const name = `${people} people, ${punches} punches, ${reading}, ${planned ? 'with' : 'without'} planned shifts`;
    const times = Array.from({ length: rounds }, () => elapsed(() => deriveMonth(reading, planned)));
    measured(name, times);
  }
}
await measureBoard();
await report({ bench: 'worktime', rows, json });

function measured(name: string, times: readonly number[]): void {
  rows.push({ case: name, metric: 'p50', value: quantile(times, 0.5), unit: 'ms' });
  rows.push({ case: name, metric: 'p99', value: quantile(times, 0.99), unit: 'ms' });
  rows.push({ case: name, metric: 'first', value: times[0]!, unit: 'ms' });
}

function elapsed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function policyOf(reading: WorkPolicy['reading']): WorkPolicy {
  return { reading, longestStay: DEFAULT_LONGEST_STAY, breaks: GERMAN_BREAKS };
}

/** As the attendance of a month is read: with the calendar of each person, which is the same for all without a plan. */
function deriveMonth(reading: WorkPolicy['reading'], planned: boolean): void {
  const span = { from: FROM, to: addDays(TO, 1), ...SITE };
  const common = planned ? null : calendarOf(span);
  let worked = 0;
  written.forEach((of, person) => {
    const calendar =
      common ?? calendarOf({ ...span, shiftsOn: (date) => plannedOn(date, SHIFTS[person % SHIFTS.length]!) });
    for (const day of workDays(of, calendar, policyOf(reading))) worked += day.worked;
  });
  if (worked === 0) throw new Error('nothing was derived');
}

function plannedOn(date: string, [begin, end]: readonly [number, number]): PlannedShift[] {
  if (weekdayOf(date) > 5) return [];
  const midnight = startOfDay(date, 0, ZONE);
  return [{ begin: midnight + begin * HOUR, end: midnight + end * HOUR }];
}

/** By person: arrival, lunch and departure on working days, a few forgotten, until there are as many as wanted. */
function monthOfPunches(): WorkPunch[][] {
  const random = randomNumbers(7);
  const all = Array.from({ length: people }, (): WorkPunch[] => []);
  let left = punches;
  for (let pass = 0; left > 0 && pass < 9; pass += 1) {
    for (const date of DATES) {
      if (weekdayOf(date) > 5 && pass === 0) continue;
      for (let person = 0; person < people && left > 0; person += 1) {
        const [begin, end] = SHIFTS[person % SHIFTS.length]!;
        const midnight = startOfDay(date, 0, ZONE);
        const middle = (begin + end) / 2;
        // The second pass adds what somebody punches between the others.
        const hours = pass === 0 ? [begin, end] : [middle, middle + 0.6];
        for (const hour of hours) {
          if (left === 0 || random() < 0.02) continue;
          const at = midnight + hour * HOUR + Math.round((random() * 20 - 10) * MINUTE);
          all[person]!.push({ id: `${person}-${left}`, at, says: null });
          left -= 1;
        }
      }
    }
  }
  return all;
}

/**
 * The board as the pages ask for it, on PostgreSQL: everybody has passed twice a day for four days. A punch is recorded, and the
 * board is read.
 */
async function measureBoard(): Promise<void> {
  const database = await openBenchDatabase();
  const services = await openDataServices({ url: database.url });
  await services.addDepartment('Lab');
  const door = doorOf(await services.addDevice());
  const em = services.database.fork();
  await em.execute(
    `insert into person (id, number, given_name, family_name, status, created_at, email, phone, department, job_title)
      select gen_random_uuid(), 'N-' || i, 'Given ' || i, 'Family ' || i, 'active', now(), '', '', 'Lab', ''
      from generate_series(1, ?::int) i`,
    [board],
  );
  await em.execute(
    `insert into punch (id, sighting_id, person_id, at, time_zone, source, device_id, similarity, margin, frames, created_at)
      select gen_random_uuid(), gen_random_uuid(), person.id,
        now() - day * interval '1 day' - pass * interval '3 hours' - random() * interval '10 minutes',
        'Europe/Paris', 'sighting', ?, 0.7, 0.3, 5, now()
      from person, generate_series(0, 3) day, generate_series(0, 1) pass`,
    [door.id],
  );
  await em.execute('analyze');
  const people = await em.execute<{ id: string }[]>('select id from person order by number');
  const read = () => services.attendanceQuery.day();
  measured(`board of ${board} people, everybody derived`, [await elapsedAsync(read)]);
  const times: number[] = [];
  const random = randomNumbers(11);
  for (let i = 0; i < 100; i += 1) {
    const { id: personId } = people[Math.floor(random() * people.length)]!;
    const sighting = { id: `bench-${i}`, cameraId: 'c', track: i, personId, at: Date.now(), live: null };
    await services.attendance.record({ ...sighting, similarity: 0.9, margin: 0.3, frames: 5 }, door);
    times.push(await elapsedAsync(read));
  }
  measured(`board of ${board} people after one punch`, times);
  await services.close();
  await database.drop();
}

async function elapsedAsync(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
