import type { Caller } from '../../protocol/session.ts';

/** A manager may see only these departments: their own, or no department at all. Undefined: the caller may see everybody. */
export function departmentsOf(caller: Caller | null): string[] | undefined {
  if (caller?.kind !== 'account') return undefined;
  // Endpoints about others are not for employees; if one ever were, it would still show them nobody.
  if (caller.role === 'employee') return [];
  if (caller.role !== 'manager') return undefined;
  return [caller.department].filter((name) => name !== null);
}
