import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AttendanceEvent } from '#protocol/results.ts';
import { clockTime } from '../../components/format.ts';
import { outcome } from './outcome.ts';

/** The last events of this door, newest first. */
export function recentList(all: readonly AttendanceEvent[], times: boolean) {
  // Where no names are shown, a list says nothing to anybody.
  const events = all.filter(({ person }) => person.name !== '');
  if (events.length === 0) return nothing;
  return html`<ul class="recent" data-test="recent" aria-label=${msg('Recent activity')}>
    ${events.map((event) => {
      const { kind, icon, note } = outcome(event);
      return html`<li data-kind=${kind} ?data-doubtful=${note !== null}>
        <wa-icon name=${note === null ? icon : 'circle-alert'} label=${note ?? nothing}></wa-icon
        ><b>${event.person.name}</b>${times ? html`<time>${clockTime(event.localTime)}</time>` : nothing}
      </li>`;
    })}
  </ul>`;
}
