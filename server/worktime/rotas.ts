/** Rotas: which shifts a person works on which day of which week, and which of several rotas holds on a date. */

export interface Rota {
  id: string;
  /** Worked in turn. Each has 7 days, from Monday on; each day lists the ids of its shifts in order, and is empty if free. */
  weeks: readonly RotaWeek[];
  /** A date in the first week. Has no meaning if there is only one week. */
  anchor: string;
  /** Whether its shifts are worked on holidays too. */
  worksOnHolidays: boolean;
}

type RotaWeek = readonly (readonly string[])[];

/** Who a rota or an exception is for. */
export type Scope = 'person' | 'department';

export interface Assignment {
  id: string;
  scope: Scope;
  rotaId: string;
  /** First date, YYYY-MM-DD. */
  from: string;
  /** Last date; null: until another one begins. */
  until: string | null;
}

/**
 * The assignment that holds on a date: one of the person wins over one of the department, and of several the one that began
 * last. Assignments that began on the same date are told apart by their ids, so that the result is always the same.
 */
export function assignmentOn(assignments: readonly Assignment[], date: string): Assignment | null {
  let best: Assignment | null = null;
  for (const one of assignments) {
    if (one.from > date || (one.until !== null && one.until < date)) continue;
    if (best === null || comesBefore(one, best)) best = one;
  }
  return best;
}

function comesBefore(a: Assignment, b: Assignment): boolean {
  if (a.scope !== b.scope) return a.scope === 'person';
  return a.from === b.from ? a.id > b.id : a.from > b.from;
}
