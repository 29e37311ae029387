import { msg } from '@lit/localize';
import type { PersonStatus } from '#protocol/people.ts';

export function statusText(status: PersonStatus): string {
  switch (status) {
    case 'active':
      return msg('Active');
    case 'suspended':
      return msg('Suspended');
    case 'left':
      return msg('Left', { id: 'person-left', desc: 'The person no longer works here' });
  }
}
