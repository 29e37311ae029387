/** What a clock that was set says about the times around it. */
import { DAY, MINUTE } from './durations.ts';

/** The wall clock was set: what it showed before, what it showed after, and by how much it moved. */
export interface ClockStep {
  /** The last reading before, epoch ms. */
  before: number;
  /** The first reading after, epoch ms. */
  at: number;
  /** Ms; negative where it was set back. */
  by: number;
}

/** A clock that was set to a wrong year by mistake must not put the times of a whole year in doubt. */
const LONGEST = DAY;
/** Smaller corrections are made by programs, and mean no wrong hour between them. */
const DETOUR = MINUTE;
/** A clock that is set right again comes back to this, ms. */
const SAME = 5_000;

/** Times that a step puts in doubt, epoch ms by the clock of that time, both ends included. */
export interface DoubtfulSpan<S extends ClockStep = ClockStep> {
  from: number;
  until: number;
  step: S;
}

/**
 * Times that the clock skipped, times that it showed twice, and all times between two steps of which the second takes the
 * first back.
 *
 * @param steps in the order in which they were noticed
 */
export function doubtfulSpans<S extends ClockStep>(steps: readonly S[]): DoubtfulSpan<S>[] {
  return steps.flatMap((step, i) => [...around(step), ...detour(step, steps.slice(i + 1))]);
}

/** The step that puts a time in doubt; null where there is none. */
export function doubtAt<S extends ClockStep>(at: number, spans: readonly DoubtfulSpan<S>[]): S | null {
  return spans.find(({ from, until }) => at >= from && at <= until)?.step ?? null;
}

function around<S extends ClockStep>(step: S): DoubtfulSpan<S>[] {
  const { before, at, by } = step;
  // Between the two readings nobody knows which clock it was.
  const between = at - before - by;
  const [from, until] = by > 0 ? [before, at] : [at - between, at - by];
  if (until - from <= 2 * LONGEST) return [{ from, until, step }];
  return [
    { from, until: from + LONGEST, step },
    { from: until - LONGEST, until, step },
  ];
}

function detour<S extends ClockStep>(step: S, later: readonly S[]): DoubtfulSpan<S>[] {
  if (Math.abs(step.by) < DETOUR) return [];
  let off = step.by;
  for (const { before, by } of later) {
    off += by;
    if (Math.abs(off) <= SAME) return [{ from: step.at, until: before, step }];
  }
  return [];
}
