import type { Caller } from '../../protocol/session.ts';

/** The only departments that the caller may see: of a manager. Undefined for everybody. */
export function departmentsOf(caller: Caller | null): string[] | undefined {
  if (caller?.kind !== 'account' || caller.role !== 'manager') return undefined;
  return [caller.department].filter((name) => name !== null);
}
