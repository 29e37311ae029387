/** One person: record, consent, PIN and badge, and personal data. */
import { msg } from '@lit/localize';
import { html, css, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import { navigate } from '../../app/navigation.ts';
import { allowed } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { shortDate } from '../../components/format.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { factStyles } from '../../styles/fact-styles.ts';
import { shared } from '../../styles/shared.ts';
import './access-card.ts';
import './balance-card.ts';
import './consent-card.ts';
import './data-card.ts';
import './edit-dialog.ts';
import './exceptions-card.ts';
import { enrollmentText } from './enrollment-text.ts';
import './invitation-card.ts';
import { lookAlikeStory } from './look-alike-text.ts';
import './passes-card.ts';
import './plan-card.ts';
import { statusText } from './status-text.ts';

export class MusterPerson extends MusterElement {
  static override properties = { personId: { attribute: false }, editing: { state: true } };
  static override styles = [
    shared,
    factStyles,
    formStyles,
    css`
      .page {
        max-width: 56rem;
      }
      .story {
        margin: 0.75rem 0 0;
      }
    `,
  ];
  declare personId: string;
  declare editing: boolean;
  readonly #person = new Loaded(this, async () => {
    const person = await api.people.get({ params: { id: this.personId } });
    // The record was merged into another one.
    if (person.id !== this.personId) navigate(`/people/${person.id}`, { replace: true });
    return person;
  });

  constructor() {
    super();
    this.personId = '';
    this.editing = false;
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('personId') && changed.get('personId')) this.#person.refresh();
  }

  override render() {
    const { value: person, error } = this.#person;
    if (!person) return html`<div class="page">${alert(error)}</div>`;
    return html`<div class="page" data-test="person-page">
      <div class="head">
        <div>
          <p class="small"><a href="/people">${msg('People')}</a></p>
          <h1>${person.displayName}</h1>
          ${
            person.status === 'active'
              ? nothing
              : html`<p><span class="chip warn">${statusText(person.status)}</span></p>`
          }
        </div>
        <div class="row">
          <wa-button appearance="outlined" @click=${() => (this.editing = true)} data-test="edit">
            <wa-icon slot="start" name="edit"></wa-icon>${msg('Edit')}
          </wa-button>
          <wa-button
            href="/enroll/${person.id}"
            variant=${person.enrollment ? 'neutral' : 'brand'}
            appearance=${person.enrollment ? 'outlined' : 'accent'}
          >
            <wa-icon slot="start" name="scan-face"></wa-icon>
            ${person.enrollment ? msg('Enroll again') : msg('Enroll face')}
          </wa-button>
        </div>
      </div>
      ${alert(error)}
      <section class="card">${facts(person)}</section>
      ${allowed('schedules:read') ? planCards(person) : nothing}
      <muster-consent-card .person=${person} @changed=${this.#refresh}></muster-consent-card>
      ${
        allowed('enroll')
          ? html`<muster-invitation-card
              .person=${person}
              @changed=${this.#refresh}
            ></muster-invitation-card>`
          : nothing
      }
      <muster-passes-card .person=${person}></muster-passes-card>
      ${allowed('access:give') ? html`<muster-access-card .person=${person}></muster-access-card>` : nothing}
      <muster-data-card .person=${person} @changed=${this.#refresh}></muster-data-card>
      ${
        this.editing
          ? html`<muster-person-edit .person=${person} @done=${this.#edited}></muster-person-edit>`
          : nothing
      }
    </div>`;
  }

  readonly #edited = () => {
    this.editing = false;
    this.#person.refresh();
  };

  readonly #refresh = () => this.#person.refresh();
}

/** Each with its own lists, which a change of the person does not fetch again. */
function planCards(person: PersonView) {
  return keyed(
    person.id,
    html`<muster-plan-card .person=${person}></muster-plan-card>
      <muster-exceptions-card .personId=${person.id}></muster-exceptions-card>
      <muster-balance-card .personId=${person.id}></muster-balance-card>`,
  );
}

function facts(person: PersonView) {
  const known = [
    [msg('Employee number'), person.number],
    [msg('Department'), person.department],
    [msg('Job title'), person.jobTitle],
    [msg('Email'), person.email],
    [msg('Phone'), person.phone],
    [msg('First day'), person.startDate ? shortDate(person.startDate) : ''],
    [msg('Formerly'), list(person.formerly.map(({ number, name }) => `${name} (${number})`))],
  ].filter(([, value]) => value);
  return html`<dl>
      ${known.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
      <div>
        <dt>${msg('Face')}</dt>
        <dd data-test="enrollment">
          ${person.enrollment ? enrollmentText(person.enrollment) : msg('Not enrolled')}
        </dd>
      </div>
      ${
        person.lookAlikes.length > 0
          ? html`<div>
              <dt>${msg('Looks like')}</dt>
              <dd data-test="look-alikes">
                ${person.lookAlikes.map(({ id, displayName }, i) => [
                  i > 0 ? ', ' : '',
                  html`<a href="/people/${id}">${displayName}</a>`,
                ])}
              </dd>
            </div>`
          : nothing
      }
    </dl>
    ${person.lookAlikes.length > 0 ? html`<p class="small quiet story">${lookAlikeStory(person)}</p>` : nothing}`;
}

customElements.define('muster-person', MusterPerson);
