/** What the list says about each person. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView, Reenroll } from '#protocol/people.ts';
import { currentUrl, withQuery } from '../../app/navigation.ts';
import { shortDate } from '../../components/format.ts';
import { initials } from '../../components/initials.ts';
import type { Column } from '../../components/list-page/data-table.ts';
import { enrollmentText } from '../person/enrollment-text.ts';
import { lookAlikeText } from '../person/look-alike-text.ts';
import { statusText } from '../person/status-text.ts';

export function personColumns(): Column<PersonView>[] {
  return [
    { label: msg('Name'), cell: name },
    { label: msg('Department'), kind: 'wide', cell: department },
    { label: msg('Face'), kind: 'wide', cell: face },
    { label: msg('Consent'), kind: 'wider', cell: consent },
    { label: msg('Actions'), hiddenLabel: true, kind: 'actions', cell: actions },
  ];
}

function name(person: PersonView) {
  return html`<div class="name">
    <span class="mark face" aria-hidden="true">${initials(person.displayName)}</span>
    <div>
      <a href="/people/${person.id}" data-test="open"><strong>${person.displayName}</strong></a>
      <span class="small quiet number">${person.number}</span>
      <div class="narrow">${faceState(person)}</div>
      ${person.status === 'active' ? nothing : html`<span class="chip">${statusText(person.status)}</span>`}
    </div>
  </div>`;
}

function department(person: PersonView) {
  const { department: of } = person;
  return html`${
      of === ''
        ? html`<span class="quiet">–</span>`
        : html`<a href=${withQuery(currentUrl.value, { department: of })}>${of}</a>`
    }
    <div class="small quiet">${person.jobTitle}</div>`;
}

function face(person: PersonView) {
  const { enrollment } = person;
  return html`${faceState(person)}${
    enrollment ? html`<div class="small quiet nowrap">${enrollmentText(enrollment)}</div>` : nothing
  }`;
}

function faceState(person: PersonView) {
  return html`${enrolledState(person)}${
    person.lookAlikes.length > 0
      ? html`<div class="small quiet" data-test="look-alikes">${lookAlikeText(person)}</div>`
      : nothing
  }`;
}

function enrolledState({ enrollment, reenroll }: PersonView) {
  if (reenroll) {
    return html`<span class="chip warn"><wa-icon name="warning"></wa-icon>${msg('Enroll again')}</span>
      <div class="small quiet">${reason(reenroll)}</div>`;
  }
  return enrollment
    ? html`<span class="chip good"><wa-icon name="check"></wa-icon>${msg('Enrolled')}</span>`
    : html`<span class="chip">${msg('Not enrolled')}</span>`;
}

function reason(reenroll: Reenroll): string {
  if (reenroll.why === 'unreadable') {
    return reenroll.recognized
      ? msg('Some face data unreadable, still recognized')
      : msg('Face data unreadable, not recognized');
  }
  const pack = reenroll.contract.replace(/@.*$/, '');
  return reenroll.recognized
    ? msg(str`Enrolled with ${pack}, still recognized`)
    : msg(str`Enrolled with ${pack}, not recognized`);
}

function consent({ consent: given }: PersonView) {
  if (!given)
    return html`<span class="chip"
      >${msg('None', { id: 'consent-none', desc: 'No consent was given' })}</span
    >`;
  return html`<span class="chip ${given.current ? 'good' : 'warn'}">
      ${given.current ? msg('Given', { id: 'consent-given' }) : msg('Older consent text')}
    </span>
    <div class="small quiet nowrap">${shortDate(given.givenAt)} · ${given.version}</div>`;
}

function actions({ id, displayName, enrollment, reenroll }: PersonView) {
  const label = enrollment || reenroll ? msg('Enroll again') : msg('Enroll');
  const spoken =
    enrollment || reenroll ? msg(str`Enroll ${displayName} again`) : msg(str`Enroll ${displayName}`);
  return html`<div>
    <wa-button
      size="s"
      variant=${reenroll ? 'brand' : 'neutral'}
      appearance=${reenroll ? 'accent' : 'outlined'}
      href="/enroll/${id}"
      data-test="enroll"
    >
      <wa-icon slot="start" name="scan-face" label=${spoken}></wa-icon>
      <span class="wide" aria-hidden="true">${label}</span>
    </wa-button>
  </div>`;
}
