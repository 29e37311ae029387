import type { Caller } from '../../protocol/session.ts';

/** A manager may see only these departments: their own, or no department at all. Undefined: the caller may see everybody. */
export function departmentsOf(caller: Caller | null): string[] | undefined {
  if (caller?.kind !== 'account' || caller.role !== 'manager') return undefined;
  return [caller.department].filter((name) => name !== null);
}
