/** What the attendance list says about one person's work day. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/tooltip/tooltip.js';
import type { PunchView, WorkDayView } from '#protocol/attendance.ts';
import { LIVE_SCORE } from '#protocol/face.ts';
import { allowed } from '../../app/session.ts';
import { clockSetText } from '../../components/clock-text.ts';
import { clockTime, longDate, span } from '../../components/format.ts';
import type { Column } from '../../components/list-page/data-table.ts';
import { presenceText } from './presence-text.ts';
import { becauseText } from './because-text.ts';
import { origin, saysText } from './punch-text.ts';
import { saysIcon } from './says-icon.ts';

interface DayActions {
  correct: (person: WorkDayView['person']) => void;
  showSnapshot: (punch: PunchView, label: string) => void;
  showPunch: (punch: PunchView, day: WorkDayView) => void;
}

export function dayColumns(actions: DayActions): (Column<WorkDayView> | null)[] {
  return [
    { label: msg('Name'), cell: (day) => name(day, actions) },
    { label: msg('Department'), kind: 'wider', cell: ({ person }) => person.department },
    { label: msg('In'), cell: ({ checkIn }) => time(checkIn, 'in') },
    { label: msg('Out'), cell: ({ checkOut }) => time(checkOut, 'out') },
    { label: msg('Worked'), kind: 'wide', numeric: true, cell: worked },
    { label: msg('Presence'), kind: 'wide', cell: presence },
    { label: msg('Punches'), kind: 'wide', cell: (day) => punches(day, actions) },
    allowed('attendance:correct')
      ? {
          label: msg('Actions'),
          hiddenLabel: true,
          kind: 'actions',
          cell: ({ person }) => correctButton(person, actions),
        }
      : null,
  ];
}

function name(day: WorkDayView, actions: DayActions) {
  const { person } = day;
  return html`<div class="name">
    <div>
      <strong>${monthLink(day)}</strong><span class="small quiet number">${person.number}</span>
      ${why(day)}
      <div class="narrow">
        ${isWorked(day) ? html`<div class="small quiet">${msg(str`Worked ${span(day.worked)}`)}</div>` : nothing}
        ${presenceChip(day)}${chips(day, actions)}
      </div>
    </div>
  </div>`;
}

function monthLink({ person, date }: WorkDayView) {
  if (!allowed('reports:read')) return person.displayName;
  return html`<a href="/people/${person.id}/month?month=${date.slice(0, 7)}" data-test="month-link"
    >${person.displayName}</a
  >`;
}

/** Why the day has its date, where that is not plain to see. */
function why(day: WorkDayView) {
  const text = becauseText(day);
  if (!text) return nothing;
  const id = `why-${day.person.id}-${day.date}`;
  return html`<button type="button" class="look" id=${id} aria-label=${text} data-test="why">
      <wa-icon name="info"></wa-icon></button
    ><wa-tooltip for=${id}>${text}</wa-tooltip>`;
}

function time(punch: PunchView | null, kind: string) {
  return punch
    ? html`<span class="nowrap"
        ><span class="time ${kind}">${clockTime(punch.localTime)}</span>${doubt(punch)}</span
      >`
    : html`<span class="quiet">–</span>`;
}

/** Of half a stay nothing is known yet. */
function isWorked({ stays }: WorkDayView): boolean {
  return stays.some(({ state }) => state === 'complete');
}

function worked(day: WorkDayView) {
  const { worked: time, pauses, deducted } = day;
  if (!isWorked(day)) return html`<span class="quiet">–</span>`;
  const parts = [
    pauses > 0 ? msg(str`${span(pauses)} pauses`) : '',
    deducted > 0 ? msg(str`${span(deducted)} deducted`) : '',
  ].filter((part) => part !== '');
  return html`<b data-test="worked">${span(time)}</b>${
      parts.length > 0
        ? html`<div class="small quiet detail" data-test="worked-detail">${parts.join(' · ')}</div>`
        : nothing
    }`;
}

function presence(day: WorkDayView) {
  return html`<span data-test="presence" data-presence=${day.presence}>${presenceChip(day)}</span>`;
}

function presenceChip(day: WorkDayView) {
  const { text, kind } = presenceText(day);
  return html`<span class="chip ${kind}">${text}</span>`;
}

function punches(day: WorkDayView, actions: DayActions) {
  return html`<div data-test="punches">${chips(day, actions)}</div>`;
}

function chips(day: WorkDayView, { showPunch, showSnapshot }: DayActions) {
  const { person, date, punches: all } = day;
  return html`<div class="punches">
    ${all.map(
      (punch) =>
        html`<span class="chip number" ?data-voided=${punch.voided !== undefined}>
          <button
            type="button"
            class="punch"
            title=${origin(punch)}
            @click=${() => showPunch(punch, day)}
            data-test="punch"
          >
            <wa-icon name=${saysIcon(punch)} label=${saysText(punch)}></wa-icon
            ><span class="at">${clockTime(punch.localTime)}</span>${nextDay(punch, date)}
          </button>
          ${doubt(punch)} ${snapshotButton(punch, person.displayName, showSnapshot)}
        </span>`,
    )}
  </div>`;
}

/** Marks a punch after midnight, in the night of a work day. */
function nextDay({ localDate }: PunchView, date: string) {
  if (localDate === date) return nothing;
  const days = (Date.parse(localDate) - Date.parse(date)) / 86_400_000;
  return html`<small title=${longDate(localDate)}>${days > 0 ? '+' : '−'}${Math.abs(days)}</small>`;
}

/** Only for those who may see the picture, and only where one was kept. */
function snapshotButton(punch: PunchView, who: string, show: DayActions['showSnapshot']) {
  if (!punch.snapshot || !allowed('snapshots:read')) return nothing;
  const label = `${who}, ${clockTime(punch.localTime)}`;
  return html`<button class="look" @click=${() => show(punch, label)} data-test="snapshot">
    <wa-icon name="eye" label=${msg(str`Picture of ${label}`)}></wa-icon>
  </button>`;
}

/** Marks a punch whose face may have been a picture, or whose time may be wrong. */
function doubt({ live, clock }: PunchView) {
  const isPicture = live !== null && live < LIVE_SCORE;
  return html`${isPicture ? mark('circle-alert', msg('This may be a picture, not a person'), 'doubtful') : nothing}${
    clock ? mark('clock', clockSetText(clock), 'clock-doubt') : nothing
  }`;
}

function mark(icon: string, text: string, test: string) {
  return html`<wa-icon class="doubt" name=${icon} label=${text} title=${text} data-test=${test}></wa-icon>`;
}

function correctButton(person: WorkDayView['person'], { correct }: DayActions) {
  return html`<div>
    <wa-button size="s" appearance="plain" @click=${() => correct(person)} data-test="correct-person">
      <wa-icon name="plus" label=${msg(str`Add a missed punch for ${person.displayName}`)}></wa-icon>
    </wa-button>
  </div>`;
}
