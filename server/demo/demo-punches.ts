/** The punches of the demonstration office, as the doors would have recorded them. */
// cspell:ignore recordset
import type { Em } from '../db/database.ts';
import type { PersonView } from '../protocol/people.ts';
import { DAY } from '../time/durations.ts';
import { datesBetween, weekdayOf } from '../time/zoned.ts';
import { weekOf } from '../protocol/rota-weeks.ts';
import { Chance } from './chance.ts';
import { demoDay } from './demo-day.ts';
import type { DemoPerson } from './demo-people.ts';
import { ANCHOR, type DemoDepartment, type DemoShift, ROTAS } from './demo-plan.ts';

export interface DemoEmployee extends DemoPerson {
  person: PersonView;
  /** Dates on which they are away. */
  away: ReadonlySet<string>;
}

export interface DemoDoor {
  deviceId: string;
  site: DemoDepartment['site'];
}

export interface DemoPunch {
  person: string;
  site: string;
  device: string;
  at: string;
  similarity: number;
  margin: number;
  frames: number;
  live: number;
}

/** Rows of one statement. */
const PIECE = 5_000;

/** Which shift is planned for the person on a date. */
function shiftOn({ department, partTime }: DemoPerson, date: string): DemoShift | null {
  const { weeks } = ROTAS[partTime ? 'mornings' : department.rota];
  return weeks[weekOf({ weeks, anchor: ANCHOR }, date)]?.[weekdayOf(date) - 1]?.[0] ?? null;
}

/** Every punch from the first date up to this moment, in the order of time. */
export function demoPunches(
  employees: readonly DemoEmployee[],
  options: {
    from: string;
    to: string;
    now: number;
    timeZone: string;
    sites: Readonly<Record<DemoDepartment['site'], string>>;
    doors: readonly DemoDoor[];
    isHoliday: (date: string) => boolean;
  },
): DemoPunch[] {
  const { from, to, now, timeZone, sites, doors, isHoliday } = options;
  const punches: DemoPunch[] = [];
  for (const employee of employees) {
    const { department, person, away, carelessness } = employee;
    const own = doors.filter(({ site }) => site === department.site);
    for (const date of datesBetween(from, to)) {
      const shift = shiftOn(employee, date);
      const isFree = isHoliday(date) && !ROTAS[department.rota].worksOnHolidays;
      if (shift === null || away.has(date) || isFree) continue;
      const chance = new Chance(person.number, date);
      const lunchOutside = department.site === 'main';
      for (const at of demoDay({ date, shift, timeZone, lunchOutside, carelessness, chance })) {
        if (at > now) continue;
        const similarity = chance.between(`similarity ${at}`, 0.52, 0.86);
        punches.push({
          person: person.id,
          site: sites[department.site],
          device: own[Math.floor(chance.of(`door ${at}`) * own.length)]!.deviceId,
          at: new Date(at).toISOString(),
          similarity,
          margin: similarity - chance.between(`next ${at}`, 0.05, 0.28),
          frames: Math.round(chance.between(`frames ${at}`, 3, 8)),
          live: chance.between(`live ${at}`, 0.9, 1),
        });
      }
    }
  }
  return punches.toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

export async function insertPunches(em: Em, punches: readonly DemoPunch[], timeZone: string): Promise<void> {
  for (let i = 0; i < punches.length; i += PIECE) {
    await em.execute(
      `insert into punch (id, sighting_id, person_id, at, site_id, time_zone, source, device_id, similarity, margin,
                          frames, live, created_at)
       select gen_random_uuid(), gen_random_uuid(), person, at, site, ?, 'sighting', device, similarity, margin, frames,
              live, at
       from jsonb_to_recordset(?::jsonb) as r (person uuid, site uuid, device uuid, at timestamptz, similarity float8,
              margin float8, frames int, live float8)`,
      [timeZone, JSON.stringify(punches.slice(i, i + PIECE))],
    );
  }
}

/** A vacation of one or two weeks, now and then a few days of sickness, a trip. */
export function demoAbsences(
  index: number,
  from: string,
  to: string,
): { kind: 'vacation' | 'sick' | 'trip'; from: string; to: string }[] {
  const chance = new Chance('absence', index);
  const span = (Date.parse(to) - Date.parse(from)) / DAY;
  const dateAfter = (days: number) => new Date(Date.parse(from) + days * DAY).toISOString().slice(0, 10);
  const draw = (kind: 'vacation' | 'sick' | 'trip', probability: number, longest: number) => {
    if (!chance.happens(kind, probability)) return [];
    const first = Math.floor(chance.between(`${kind} begins`, 0, span));
    const days = Math.ceil(chance.between(`${kind} lasts`, 0, longest));
    return [{ kind, from: dateAfter(first), to: dateAfter(first + days - 1) }];
  };
  const drawn = [...draw('vacation', 0.6, 14), ...draw('sick', 0.35, 5), ...draw('trip', 0.1, 4)];
  // Two absences of one person must not be on the same date.
  return drawn.filter(
    (one, i) => !drawn.slice(0, i).some((other) => one.from <= other.to && other.from <= one.to),
  );
}
