/** An absence in words. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import type { AbsenceRecord } from '#protocol/schedules.ts';
import { leaveText } from '../month/sheet-text.ts';
import { datesText } from './date-text.ts';

type Told = Pick<AbsenceRecord, 'kind' | 'from' | 'to' | 'beginsAtNoon' | 'endsAtNoon'>;

/** “Vacation, Nov 22 – 24, 2026, first day from noon”. */
export function absenceText(absence: Told): string {
  return [leaveText(absence.kind), datesText(absence.from, absence.to), ...halvesText(absence)].join(', ');
}

/** What of the first and the last day is worked. */
export function halvesText({ from, to, beginsAtNoon, endsAtNoon }: Told): string[] {
  if (from === to) {
    if (beginsAtNoon) return [msg('from noon')];
    return endsAtNoon ? [msg('until noon')] : [];
  }
  return [
    ...(beginsAtNoon ? [msg('first day from noon')] : []),
    ...(endsAtNoon ? [msg('last day until noon')] : []),
  ];
}

/** The dates with the half days below them. */
export function absenceDates(absence: Told) {
  const halves = halvesText(absence);
  return html`<div>${datesText(absence.from, absence.to)}</div>
    ${halves.length > 0 ? html`<div class="small quiet">${halves.join(', ')}</div>` : nothing}`;
}
