/** What the attendance list says about one person's work day. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PunchView, WorkDayView } from '#protocol/attendance.ts';
import { LIVE_SCORE } from '#protocol/face.ts';
import { allowed } from '../../app/session.ts';
import { clockTime, span } from '../../components/format.ts';
import type { Column } from '../../components/list-page/data-table.ts';
import { number } from '../../locales/intl.ts';
import { presenceText } from './presence-text.ts';
import { saysIcon } from './says-icon.ts';

interface DayActions {
  correct: (person: WorkDayView['person']) => void;
  showSnapshot: (punch: PunchView, label: string) => void;
}

export function dayColumns(actions: DayActions): (Column<WorkDayView> | null)[] {
  return [
    { label: msg('Name'), cell: name },
    { label: msg('Department'), kind: 'wide', cell: ({ person }) => person.department },
    { label: msg('In'), cell: ({ checkIn }) => time(checkIn, 'in') },
    { label: msg('Out'), cell: ({ checkOut }) => time(checkOut, 'out') },
    { label: msg('Worked'), numeric: true, cell: worked },
    { label: msg('Presence'), cell: presence },
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

function name({ person }: WorkDayView) {
  return html`<div class="name">
    <div><strong>${person.displayName}</strong><span class="small quiet number">${person.number}</span></div>
  </div>`;
}

function time(punch: PunchView | null, kind: string) {
  return punch
    ? html`<span class="time ${kind}">${clockTime(punch.localTime)}</span>${doubt(punch)}`
    : html`<span class="quiet">–</span>`;
}

function worked({ worked: time }: WorkDayView) {
  return html`<b data-test="worked">${span(time)}</b>`;
}

function presence(day: WorkDayView) {
  const { text, kind } = presenceText(day);
  return html`<span class="chip ${kind}" data-test="presence" data-presence=${day.presence}>${text}</span>`;
}

function punches({ person, punches: all }: WorkDayView, { showSnapshot }: DayActions) {
  return html`<div class="punches">
    ${all.map(
      (punch) =>
        html`<span class="chip number" title=${origin(punch)}>
          <wa-icon name=${saysIcon(punch)}></wa-icon>${clockTime(punch.localTime)} ${doubt(punch)}
          ${snapshotButton(punch, person.displayName, showSnapshot)}
        </span>`,
    )}
  </div>`;
}

/** Where the punch comes from and how sure the recognition was. */
function origin({ device, similarity, live }: PunchView): string {
  return [
    device ?? msg('Correction'),
    similarity === null ? '' : msg(str`similarity ${score(similarity)}`),
    live === null ? '' : msg(str`liveness ${score(live)}`),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function score(value: number): string {
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Only for those who may see the picture, and only where one was kept. */
function snapshotButton(punch: PunchView, who: string, show: DayActions['showSnapshot']) {
  if (!punch.snapshot || !allowed('snapshots:read')) return nothing;
  const label = `${who}, ${clockTime(punch.localTime)}`;
  return html`<button class="look" @click=${() => show(punch, label)} data-test="snapshot">
    <wa-icon name="eye" label=${msg(str`Picture of ${label}`)}></wa-icon>
  </button>`;
}

/** Marks a punch whose face may have been a picture. */
function doubt({ live }: PunchView) {
  if (live === null || live >= LIVE_SCORE) return nothing;
  const text = msg('This may be a picture, not a person');
  return html`<wa-icon
    class="doubt"
    name="circle-alert"
    label=${text}
    title=${text}
    data-test="doubtful"
  ></wa-icon>`;
}

function correctButton(person: WorkDayView['person'], { correct }: DayActions) {
  return html`<div>
    <wa-button size="s" appearance="plain" @click=${() => correct(person)} data-test="correct-person">
      <wa-icon name="plus" label=${msg(str`Add a missed punch for ${person.displayName}`)}></wa-icon>
    </wa-button>
  </div>`;
}
