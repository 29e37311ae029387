/** Puts closed months into what is shown: their days have the frozen figures, whatever the punches say now. */
import type { Em } from '../db/database.ts';
import type { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import type { PunchView, WorkDayView } from '../protocol/attendance.ts';
import type { AdjustmentView } from '../protocol/figures.ts';
import type { Adjustment } from '../worktime/closing.ts';
import { frozenDays, type FrozenSpan } from './closed-months.ts';
import { byDateAndName } from './day-view.ts';
import { personOf } from '../people/person-summary.ts';
import { detailsOf, punchView } from './punch-view.ts';

/** An adjustment of one person, with the punches that are its reason. */
export interface AdjustmentEntry extends AdjustmentView {
  person: WorkDayView['person'];
  punches: PunchView[];
}

export interface ClosedViews {
  days: WorkDayView[];
  /** In the order of people, then dates. */
  adjustments: AdjustmentEntry[];
  frozen: FrozenSpan;
}

/** @param days of these people, from the first to the last date of the span */
export async function closedDayViews(
  em: Em,
  days: readonly WorkDayView[],
  people: readonly Person[],
  { from, to }: { from: string; to: string },
): Promise<ClosedViews> {
  const ids = people.map(({ id }) => id);
  const frozen = await frozenDays(em, ids, from, to);
  const shown = days.map((day) =>
    frozen.isClosed(day.person.id, day.date) ? withFrozenFigures(day, frozen) : day,
  );
  const known = new Set(shown.map(({ person, date }) => `${person.id}/${date}`));
  for (const person of people) {
    for (const { date, punches } of frozen.days.get(person.id)?.values() ?? []) {
      if (punches.length === 0 || known.has(`${person.id}/${date}`)) continue;
      shown.push(withFrozenFigures(emptyDay(person, date), frozen));
    }
  }
  return {
    days: shown.toSorted(byDateAndName),
    adjustments: await adjustmentEntries(em, people, frozen),
    frozen,
  };
}

/** A day that came wholly after the closing has no figures: they are an adjustment. */
function withFrozenFigures(day: WorkDayView, { days }: FrozenSpan): WorkDayView {
  const figures = days.get(day.person.id)?.get(day.date)?.figures;
  const { worked = 0, pauses = 0, deducted = 0, incomplete = 0 } = figures ?? {};
  return { ...day, worked, pauses, deducted, incomplete: incomplete > 0, closed: true };
}

/** A day whose punches have moved to another one since. */
function emptyDay(person: Person, date: string): WorkDayView {
  return {
    person: personOf(person),
    date,
    because: 'turn',
    presence: 'not-seen',
    checkIn: null,
    checkOut: null,
    punches: [],
    stays: [],
    worked: 0,
    pauses: 0,
    deducted: 0,
    incomplete: false,
  };
}

async function adjustmentEntries(
  em: Em,
  people: readonly Person[],
  { adjustments }: FrozenSpan,
): Promise<AdjustmentEntry[]> {
  const all = [...adjustments.values()].flat();
  if (all.length === 0) return [];
  const punches = await em.find(Punch, { id: { $in: all.flatMap(reasonsOf) } }, { orderBy: { at: 'asc' } });
  const details = await detailsOf(em, punches);
  return people.flatMap((person) =>
    (adjustments.get(person.id) ?? []).map((one): AdjustmentEntry =>
      Object.assign(adjustmentView(one), {
        person: personOf(person),
        punches: punches
          .filter(({ id }) => reasonsOf(one).includes(id))
          .map((punch) => punchView(punch, details)),
      }),
    ),
  );
}

function reasonsOf({ added, removed }: Adjustment): string[] {
  return [...added, ...removed];
}

export function adjustmentView({ date, month, difference, added, removed }: Adjustment): AdjustmentView {
  return { date, month, difference, added: [...added], removed: [...removed] };
}
