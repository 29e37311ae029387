/** What is remarkable about a work day, with the numbers that say why. Nothing here is counted. */
import type { AbsenceKind } from '../protocol/schedules.ts';
import { doubtAt, type DoubtfulSpan } from '../time/clock-steps.ts';
import { HOUR, MINUTE } from '../time/durations.ts';
import { breakRequired } from './breaks.ts';
import { NEAR } from './calendar.ts';
import type { Plan } from './plans.ts';
import type { DoorReading } from './policy.ts';
import { minuteOf, type WorkPunch } from './punch.ts';
import type { DayShift } from './shifts.ts';
import type { Stay } from './stays.ts';
import type { WorkDay } from './work-days.ts';

/** Instants are epoch ms, durations ms. */
export type Flag =
  /** Arrived after the beginning of the shift, or of the core of a flexible one. */
  | { kind: 'late'; planned: number; arrival: number; by: number }
  /** Left before its end. */
  | { kind: 'early'; planned: number; departure: number; by: number }
  /** `proposed` is what the plan suggests; null where it suggests nothing. It counts only once somebody enters it. */
  | { kind: 'missing-arrival'; departure: number; proposed: number | null }
  | { kind: 'missing-departure'; arrival: number; proposed: number | null }
  /** Was there where nothing is planned. */
  | { kind: 'unplanned'; from: number; until: number; because: UnplannedReason }
  /** The work required a longer break than all pauses together. */
  | { kind: 'break-missed'; presence: number; required: number; taken: number }
  /** Began again too soon after the work day before. */
  | { kind: 'short-rest'; departure: number; arrival: number; rest: number; required: number }
  /** The person missed a shift without leave. */
  | { kind: 'absent'; begin: number; end: number }
  /** The clock of the server was set around this punch, to `set`, by so much: its time may be wrong. */
  | { kind: 'clock-set'; punch: number; set: number; moved: number };

/** `other-time`: a shift is planned on that date, but not near. */
type UnplannedReason = 'free' | 'other-time' | 'holiday' | 'not-employed' | AbsenceKind;

export interface FlagRules {
  /** Who is late or leaves early by no more than this is not flagged, ms. */
  tolerance: number;
  /** The shortest rest between two work days, ms. */
  rest: number;
}

/** 11 hours are the daily rest that the Working Time Directive (2003/88/EC, article 3) demands. */
export const DEFAULT_FLAG_RULES: FlagRules = { tolerance: 5 * MINUTE, rest: 11 * HOUR };

export interface FlagOptions<P extends WorkPunch> {
  /** One for each date, in order. */
  plans: readonly Plan[];
  /** In order. One before the first plan lets the first rest be known. */
  days: readonly WorkDay<P>[];
  reading: DoorReading;
  rules: FlagRules;
  /** When the clock cannot be trusted. */
  doubtful?: readonly DoubtfulSpan[];
  /** Epoch ms. What may still happen is not flagged. */
  now: number;
}

/** By date; dates without a flag are left out. */
export function flagsByDate<P extends WorkPunch>(options: FlagOptions<P>): Map<string, Flag[]> {
  const { plans, days } = options;
  const flags = new Map<string, Flag[]>();
  let index = 0;
  for (const plan of plans) {
    while (index < days.length && days[index]!.date < plan.date) index += 1;
    const day = days[index]?.date === plan.date ? days[index]! : null;
    const found = flagsOn(plan, day, days[index - 1] ?? null, options);
    if (found.length > 0) flags.set(plan.date, found);
  }
  return flags;
}

const NONE: Flag[] = [];

function flagsOn<P extends WorkPunch>(
  plan: Plan,
  day: WorkDay<P> | null,
  before: WorkDay<P> | null,
  { reading, rules, doubtful = [], now }: FlagOptions<P>,
): Flag[] {
  if (!day && plan.shifts.length === 0) return NONE;
  const stays = day?.stays ?? [];
  const shiftsOf = new Map(stays.map((stay) => [stay, matching(stay, plan.shifts)]));
  const flags: Flag[] = [];
  for (const shift of plan.shifts) {
    const at = stays.filter((stay) => shiftsOf.get(stay)!.includes(shift));
    flags.push(...flagsOfShift(shift, at, { rules, now }));
  }
  if (!day) return flags;
  flags.push(
    ...missing(day, plan, shiftsOf, now),
    ...unplanned(stays, plan, shiftsOf),
    ...missedBreak(day, plan, reading, now),
  );
  if (before) flags.push(...shortRest(before, day, rules));
  if (doubtful.length > 0) flags.push(...clockSet(day, doubtful));
  return flags;
}

/** When a person was certainly there: a single instant where an end is missing. */
function spanOf<P extends WorkPunch>(stay: Stay<P>): [from: number, until: number] {
  if (stay.state === 'complete') return [stay.arrival.at, stay.departure.at];
  const { at } = stay.state === 'missing-arrival' ? stay.departure : stay.arrival;
  return [at, at];
}

/** The shifts during which a person was there, or the nearest one within some hours. */
function matching<P extends WorkPunch>(stay: Stay<P>, shifts: readonly DayShift[]): DayShift[] {
  const [from, until] = spanOf(stay);
  const distance = ({ begin, end }: DayShift) => Math.max(0, begin - until, from - end);
  const during = shifts.filter((shift) => distance(shift) === 0);
  if (during.length > 0) return during;
  const nearest = shifts.toSorted((a, b) => distance(a) - distance(b))[0];
  return nearest && distance(nearest) <= NEAR ? [nearest] : [];
}

function flagsOfShift<P extends WorkPunch>(
  shift: DayShift,
  stays: readonly Stay<P>[],
  { rules, now }: { rules: FlagRules; now: number },
): Flag[] {
  const first = stays[0];
  const last = stays.at(-1);
  if (!first || !last) {
    return now > shift.end ? [{ kind: 'absent', begin: shift.begin, end: shift.end }] : [];
  }
  const required = shift.flexible ? shift.flexible.core : shift;
  if (!required) return [];
  const flags: Flag[] = [];
  if (first.state !== 'missing-arrival') {
    const by = minuteOf(first.arrival.at) - required.begin;
    if (by > rules.tolerance) {
      flags.push({ kind: 'late', planned: required.begin, arrival: first.arrival.at, by });
    }
  }
  // Until the end of the shift, a person who left may come back.
  if (last.state !== 'missing-departure' && now > required.end) {
    const by = required.end - minuteOf(last.departure.at);
    if (by > rules.tolerance) {
      flags.push({ kind: 'early', planned: required.end, departure: last.departure.at, by });
    }
  }
  return flags;
}

/** For as long as the person may still be there, no departure is missing. */
function missing<P extends WorkPunch>(
  { stays, longestStay }: WorkDay<P>,
  { breaks }: Plan,
  shiftsOf: ReadonlyMap<Stay<P>, DayShift[]>,
  now: number,
): Flag[] {
  return stays.flatMap((stay, index): Flag[] => {
    const shifts = shiftsOf.get(stay)!;
    if (stay.state === 'missing-arrival') {
      const departure = stay.departure.at;
      const before = stays[index - 1];
      const shift = shifts[0];
      const begin = shift && (shift.flexible ? departure - lengthOf(shift, breaks) : shift.begin);
      const earliest = Math.max(shift?.begin ?? 0, before ? spanOf(before)[1] : 0);
      const fits = begin !== undefined && begin < departure && begin >= earliest;
      return [{ kind: 'missing-arrival', departure, proposed: fits ? begin : null }];
    }
    if (stay.state === 'missing-departure') {
      const arrival = stay.arrival.at;
      const after = stays[index + 1];
      if (!after && now - arrival <= longestStay) return [];
      const shift = shifts.at(-1);
      const end = shift && (shift.flexible ? arrival + lengthOf(shift, breaks) : shift.end);
      const latest = Math.min(shift?.end ?? Infinity, after ? spanOf(after)[0] : Infinity);
      const fits = end !== undefined && end > arrival && end <= latest;
      return [{ kind: 'missing-departure', arrival, proposed: fits ? end : null }];
    }
    return [];
  });
}

/** How long a flexible day is, ms, with the break that it requires. */
function lengthOf({ flexible }: DayShift, breaks: Plan['breaks']): number {
  const planned = flexible?.planned ?? 0;
  return planned + breakRequired(breaks, planned);
}

function unplanned<P extends WorkPunch>(
  stays: readonly Stay<P>[],
  plan: Plan,
  shiftsOf: ReadonlyMap<Stay<P>, DayShift[]>,
): Flag[] {
  if (plan.why.by === 'nothing' && plan.absences.length === 0) return [];
  const because = unplannedReason(plan);
  return stays
    .filter((stay) => shiftsOf.get(stay)!.length === 0)
    .map((stay) => {
      const [from, until] = spanOf(stay);
      return { kind: 'unplanned', from, until, because };
    });
}

function unplannedReason({ why, shifts, absences, holiday }: Plan): UnplannedReason {
  if (why.by === 'not-employed') return 'not-employed';
  if (shifts.length > 0) return 'other-time';
  return absences[0]?.kind ?? (holiday?.free ? 'holiday' : 'free');
}

/** Only if breaks are punched, so that a break could be seen: passings under `first-and-last` say nothing about breaks. */
function missedBreak<P extends WorkPunch>(
  { stays, presence, pauses, incomplete }: WorkDay<P>,
  { breaks }: Plan,
  reading: DoorReading,
  now: number,
): Flag[] {
  const known = reading === 'in-and-out' || stays.every((stay) => stay.state !== 'complete' || !stay.moves);
  if (incomplete || !known || !breaks.punchedCount || spanOf(stays.at(-1)!)[1] > now) return [];
  const required = breakRequired(breaks, presence);
  return pauses < required ? [{ kind: 'break-missed', presence, required, taken: pauses }] : [];
}

function shortRest<P extends WorkPunch>(before: WorkDay<P>, day: WorkDay<P>, rules: FlagRules): Flag[] {
  const last = before.stays.at(-1);
  const first = day.stays[0];
  if (!last || !first || last.state === 'missing-departure' || first.state === 'missing-arrival') return [];
  const departure = last.departure.at;
  const arrival = first.arrival.at;
  const rest = minuteOf(arrival) - minuteOf(departure);
  return rest < rules.rest ? [{ kind: 'short-rest', departure, arrival, rest, required: rules.rest }] : [];
}

function clockSet<P extends WorkPunch>({ punches }: WorkDay<P>, doubtful: readonly DoubtfulSpan[]): Flag[] {
  return punches.flatMap((punch): Flag[] => {
    const step = punch.byHand ? null : doubtAt(punch.at, doubtful);
    return step ? [{ kind: 'clock-set', punch: punch.at, set: step.at, moved: step.by }] : [];
  });
}
