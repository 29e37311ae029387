import type { PunchView } from '#protocol/attendance.ts';

/** The icon of a punch; a door if nobody said whether the passing was in or out. */
export function saysIcon({ says }: Pick<PunchView, 'says'>): string {
  if (says === null) return 'door';
  return says === 'in' ? 'log-in' : 'log-out';
}
