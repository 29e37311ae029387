/** Work days as the API shows them, voided punches included. */
import type { Em } from '../db/database.ts';
import type { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { compareNames } from '../people/display-name.ts';
import { personOf } from '../people/person-summary.ts';
import type { Presence, PunchView, WorkDayView } from '../protocol/attendance.ts';
import { boardEntry } from '../worktime/board-entry.ts';
import type { WorkPunch } from '../worktime/punch.ts';
import type { Stay } from '../worktime/stays.ts';
import type { WorkDay } from '../worktime/work-days.ts';
import { detailsOf, punchView } from './punch-view.ts';
import type { PersonRecord } from './work-record.ts';

export interface DayViewOptions {
  /** The board of this date. All dates of the records where it is left out. */
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
  options: DayViewOptions,
): Promise<WorkDayView[]> {
  const shown = [...records.values()].flatMap((record) => shownDays(record, options));
  const rows = await em.find(Punch, { id: { $in: shown.flatMap(({ punchIds }) => punchIds) } });
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const details = await detailsOf(em, rows);
  return shown
    .map((one) => {
      const punches = one.punchIds
        .map((id) => rowById.get(id)!)
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
        .map((punch) => punchView(punch, details));
      return workDayView(one, punches);
    })
    .toSorted(byDateAndName);
}

interface ShownDay {
  person: Person;
  date: string;
  presence: Presence;
  /** Null where all punches of the date are voided. */
  day: WorkDay | null;
  /** Voided ones too. */
  punchIds: string[];
}

function shownDays(record: PersonRecord, { date: board, today, now }: DayViewOptions): ShownDay[] {
  const { person, site, days, voided } = record;
  const dates =
    board === undefined ? new Set([...days.map(({ date }) => date), ...voided.keys()]) : new Set([board]);
  return [...dates].flatMap((of) => {
    const { state, day } = boardEntry(days, site.reading, { date: of, today, now });
    const date = day?.date ?? of;
    const punchIds = [...(day?.punches.map(({ id }) => id) ?? []), ...(voided.get(date) ?? [])];
    return punchIds.length === 0 ? [] : { person, date, presence: state, day, punchIds };
  });
}

function workDayView({ person, date, presence, day }: ShownDay, punches: PunchView[]): WorkDayView {
  const view = (id: string | null) => punches.find((punch) => punch.id === id) ?? null;
  const stays = (day?.stays ?? []).map((stay) => ({
    state: stay.state,
    arrival: arrivalOf(stay),
    departure: departureOf(stay),
    moves: stay.state === 'complete' && stay.moves,
  }));
  return {
    person: personOf(person),
    date,
    because: day?.because ?? 'turn',
    presence,
    checkIn: view(stays.find(({ arrival }) => arrival !== null)?.arrival ?? null),
    checkOut: view(stays.at(-1)?.departure ?? null),
    punches,
    stays,
    worked: day?.worked ?? 0,
    pauses: day?.pauses ?? 0,
    deducted: day?.deducted ?? 0,
    // A departure is not missing while the person may still be there.
    incomplete: day !== null && day.incomplete && presence !== 'here' && presence !== 'seen',
  };
}

function arrivalOf(stay: Stay<WorkPunch>): string | null {
  return stay.state === 'missing-arrival' ? null : stay.arrival.id;
}

function departureOf(stay: Stay<WorkPunch>): string | null {
  return stay.state === 'missing-departure' ? null : stay.departure.id;
}

export function byDateAndName(a: WorkDayView, b: WorkDayView): number {
  return (
    (a.date < b.date ? -1 : Number(a.date > b.date)) ||
    compareNames(a.person.displayName, b.person.displayName) ||
    compareNames(a.person.number, b.person.number)
  );
}
