/** Three states of one record: as a form was opened with it, as the form has it now, and as somebody else saved it. */

/** A field that became something else. */
export interface Change<D> {
  field: keyof D & string;
  before: unknown;
  after: unknown;
}

/** A field that both changed, each to something else. */
export interface Conflict<D> {
  field: keyof D & string;
  before: unknown;
  mine: unknown;
  theirs: unknown;
}

export interface Merge<D> {
  /** What the form goes on with: my value wherever I changed something, and theirs everywhere else. */
  merged: D;
  /** What only they changed. */
  taken: Change<D>[];
  conflicts: Conflict<D>[];
}

export function mergeEdits<D extends object>(before: D, mine: D, theirs: D): Merge<D> {
  const merged = { ...theirs };
  const taken: Change<D>[] = [];
  const conflicts: Conflict<D>[] = [];
  for (const field of Object.keys(theirs) as (keyof D & string)[]) {
    const [was, my, their] = [before[field], mine[field], theirs[field]];
    const touched = !same(was, my);
    if (touched) merged[field] = my;
    if (same(was, their) || same(my, their)) continue;
    if (touched) conflicts.push({ field, before: was, mine: my, theirs: their });
    else taken.push({ field, before: was, after: their });
  }
  return { merged, taken, conflicts };
}

/** Only the fields that differ: the others are not sent. */
export function changesOf<D extends object>(before: D, after: D): Partial<D> {
  const fields = Object.keys(after) as (keyof D)[];
  return Object.fromEntries(
    fields.filter((field) => !same(before[field], after[field])).map((field) => [field, after[field]]),
  ) as Partial<D>;
}

/** Values as JSON has them. The server keeps the fields of an object in an order of its own. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
