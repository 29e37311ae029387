import type { PunchView } from '#protocol/attendance.ts';

/** The icon of a punch: of a passing of which nobody said whether it was in or out, a door. */
export function saysIcon({ says }: Pick<PunchView, 'says'>): string {
  if (says === null) return 'door';
  return says === 'in' ? 'log-in' : 'log-out';
}
