/** Work days as the API shows them, voided punches included. */
import type { Em } from '../db/database.ts';
import type { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { displayName } from '../people/display-name.ts';
import type { PunchView, WorkDayView } from '../protocol/attendance.ts';
import { maySeeMore, presenceOf } from '../worktime/presence.ts';
import type { Stay } from '../worktime/stays.ts';
import type { WorkDay } from '../worktime/work-days.ts';
import { detailsOf, punchView } from './punch-view.ts';
import type { PersonRecord } from './work-record.ts';

export interface DayViewOptions {
  /** Only this work date, and before it what is still going on. All dates of the records where it is left out. */
  date?: string;
  /** The current work date of the default site. */
  today: string;
  /** Epoch ms. */
  now: number;
}

/** In the order of dates, then names. */
export async function dayViews(
  em: Em,
  records: ReadonlyMap<string, PersonRecord>,
  { date, today, now }: DayViewOptions,
): Promise<WorkDayView[]> {
  const wanted = [...records.values()].flatMap((record): WantedDay[] =>
    record.days
      .filter((day) => date === undefined || day.date === date || goesOn(record, day, date, now))
      .map((day) => ({ record, day })),
  );
  const idsOf = ({ record, day }: WantedDay) => [
    ...day.punches.map(({ id }) => id),
    ...(record.voided.get(day.date) ?? []),
  ];
  const rows = await em.find(Punch, { id: { $in: wanted.flatMap(idsOf) } });
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const details = await detailsOf(em, rows);
  return wanted
    .map((one) => {
      const { record, day } = one;
      const punches = idsOf(one)
        .map((id) => rowById.get(id)!)
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
        .map((punch) => punchView(punch, details));
      const presence = presenceOf(day, record.site, { isToday: day.date === today, now });
      return workDayView(record.person, day, punches, presence);
    })
    .toSorted(byDateAndName);
}

export function personOf(person: Person): WorkDayView['person'] {
  return {
    id: person.id,
    number: person.number ?? '',
    displayName: displayName(person),
    department: person.department,
  };
}

function workDayView(
  person: Person,
  day: WorkDay,
  punches: PunchView[],
  presence: WorkDayView['presence'],
): WorkDayView {
  const view = (id: string | null) => punches.find((punch) => punch.id === id) ?? null;
  const stays = day.stays.map((stay) => ({
    state: stay.state,
    arrival: arrivalOf(stay),
    departure: departureOf(stay),
    moves: stay.state === 'complete' && stay.moves,
  }));
  return {
    person: personOf(person),
    date: day.date,
    because: day.because,
    presence,
    checkIn: view(stays.find(({ arrival }) => arrival !== null)?.arrival ?? null),
    checkOut: view(stays.at(-1)?.departure ?? null),
    punches,
    stays,
    worked: day.worked,
    pauses: day.pauses,
    deducted: day.deducted,
    incomplete: day.incomplete && presence !== 'here' && presence !== 'seen',
  };
}

function arrivalOf(stay: Stay<{ id: string; at: number; says: null | 'in' | 'out' }>): string | null {
  return stay.state === 'missing-arrival' ? null : stay.arrival.id;
}

function departureOf(stay: Stay<{ id: string; at: number; says: null | 'in' | 'out' }>): string | null {
  return stay.state === 'missing-departure' ? null : stay.departure.id;
}

interface WantedDay {
  record: PersonRecord;
  day: WorkDay;
}

function goesOn({ site, days }: PersonRecord, day: WorkDay, date: string, now: number): boolean {
  return day.date < date && day === days.at(-1) && maySeeMore(day, site, now);
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byDateAndName(a: WorkDayView, b: WorkDayView): number {
  return (
    (a.date < b.date ? -1 : Number(a.date > b.date)) ||
    collator.compare(a.person.displayName, b.person.displayName) ||
    collator.compare(a.person.number, b.person.number)
  );
}
