import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';

/**
 * One page of a list that is small enough to be read whole: accounts, devices, tokens. The cursor is the key of the
 * last item. Throws MusterError `validation-failed` for a cursor that names no item.
 */
export function pageOf<T>(
  items: readonly T[],
  { limit, after }: PageQuery,
  keyOf: (item: T) => string,
): { items: T[]; next: string | null } {
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw badCursor();
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  return { items: page, next: last !== undefined && start + limit < items.length ? keyOf(last) : null };
}

function badCursor(): MusterError {
  const message = 'is no cursor of this list';
  return new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}
