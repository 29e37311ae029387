/** What is not clear about a time that somebody typed: the date that it belongs to, and which of two times is meant. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { addDays } from '../../components/format.ts';
import { comesTwice } from '../../locales/time-zones.ts';

/** Where the time is read. */
interface Place {
  timeZone: string;
  /** Hour at which a new work day begins. */
  turnsAt: number;
}

/** @param typed the work day as YYYY-MM-DD, and the time; both may be blank. @param fault of the choice of one of two */
export function timeDoubt(place: Place, typed: { date: string; time: string }, fault: string) {
  return html`${isNextDay(place, typed) ? html`<p class="small quiet" data-test="next-day">${nextDayText()}</p>` : nothing}
  ${isTwice(place, typed) ? choice(fault) : nothing}`;
}

/** Whether the time is after midnight, and belongs to the night that began on the work day. */
function isNextDay({ turnsAt }: Place, { time }: { time: string }): boolean {
  return time !== '' && Number(time.slice(0, 2)) < turnsAt;
}

function isTwice(place: Place, typed: { date: string; time: string }): boolean {
  const { date, time } = typed;
  if (date === '') return false;
  return comesTwice(isNextDay(place, typed) ? addDays(date, 1) : date, time.slice(0, 5), place.timeZone);
}

function choice(fault: string) {
  return html`<wa-select
    name="pass"
    label=${msg('Which of the two')}
    value="first"
    hint=${fault || msg('The clocks showed this time twice on that day.')}
    data-test="pass"
  >
    <wa-option value="first">${msg('The first, in summer time')}</wa-option>
    <wa-option value="second">${msg('The second, in winter time')}</wa-option>
  </wa-select>`;
}

function nextDayText(): string {
  return msg('This time is after midnight: it belongs to the night that began on this work day.');
}
