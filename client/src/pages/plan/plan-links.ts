/** The pages of what is planned, and the links between them. */
import { msg } from '@lit/localize';
import { pageLinks } from '../../components/page-links.ts';

export function planLinks(current: '/plan' | '/plan/shifts' | '/plan/absences' | '/plan/holidays') {
  return pageLinks(msg('Plan'), [
    { href: '/plan', text: msg('Rotas'), current: current === '/plan', test: 'plan-rotas' },
    { href: '/plan/shifts', text: msg('Shifts'), current: current === '/plan/shifts', test: 'plan-shifts' },
    {
      href: '/plan/absences',
      text: msg('Absences'),
      current: current === '/plan/absences',
      test: 'plan-absences',
    },
    {
      href: '/plan/holidays',
      text: msg('Holidays'),
      current: current === '/plan/holidays',
      test: 'plan-holidays',
    },
  ]);
}
