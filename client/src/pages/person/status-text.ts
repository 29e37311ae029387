import { msg } from '@lit/localize';
import type { PersonStatus } from '#protocol/people.ts';

export function statusText(status: PersonStatus): string {
  const texts: Record<PersonStatus, string> = {
    active: msg('Active'),
    suspended: msg('Suspended'),
    left: msg('Left', { id: 'person-left', desc: 'The person no longer works here' }),
  };
  return texts[status];
}
