import { msg } from '@lit/localize';
import type { OpenItemView } from '#protocol/closings.ts';
import { dateFormat } from '../../locales/intl.ts';

export function openItemText(kind: OpenItemView['kind']): string {
  const texts: Record<OpenItemView['kind'], string> = {
    'missing-arrival': msg('Missing check-in'),
    'missing-departure': msg('Missing check-out'),
    'still-there': msg('The work day goes on'),
    'correction-waiting': msg('A correction waits for approval'),
    'no-department': msg('Works without a department, so no manager looks at the hours'),
  };
  return texts[kind];
}

/** @param month YYYY-MM */
export function monthText(month: string): string {
  return dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

/** The month that many months later, of YYYY-MM. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}
