/** One person: what is known, what they agreed to, how they punch without a face, and what becomes of their data. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { alert } from '../../components/alert.ts';
import { shortDate } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './consent-card.ts';
import './data-card.ts';
import './edit-dialog.ts';
import './passes-card.ts';

export class MusterPerson extends LitElement {
  static override properties = { personId: { attribute: false }, editing: { state: true } };
  static override styles = [
    shared,
    css`
      .page {
        max-width: 56rem;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
        gap: 1rem 1.5rem;
        margin: 0;
      }
      dt {
        font-size: 0.8125rem;
        font-weight: 600;
        color: var(--m-quiet);
      }
      dd {
        margin: 0.15rem 0 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare personId: string;
  declare editing: boolean;
  readonly #person = new Loaded(this, () => api.person(this.personId));

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
    if (!person) return html`<div class="page">${alert(error?.message ?? '')}</div>`;
    const { enrollment } = person;
    const facts = [
      ['Number', person.number],
      ['Department', person.department],
      ['Job title', person.jobTitle],
      ['E-mail', person.email],
      ['Phone', person.phone],
      ['First day', person.startDate ? shortDate(person.startDate) : ''],
    ].filter(([, value]) => value);
    return html`<div class="page" data-test="person-page">
      <div class="head">
        <div>
          <p class="small"><a href="/people">People</a></p>
          <h1>${person.displayName}</h1>
          ${
            person.status === 'active'
              ? nothing
              : html`<p>
                  <span class="chip warn">${person.status === 'left' ? 'Has left' : 'Suspended'}</span>
                </p>`
          }
        </div>
        <div class="row">
          <wa-button appearance="outlined" @click=${() => (this.editing = true)} data-test="edit">
            <wa-icon slot="start" name="edit"></wa-icon>Edit
          </wa-button>
          <wa-button
            href="/enroll/${person.id}"
            variant=${enrollment ? 'neutral' : 'brand'}
            appearance=${enrollment ? 'outlined' : 'accent'}
          >
            <wa-icon slot="start" name="scan-face"></wa-icon
            >${enrollment ? 'Enroll again' : 'Enroll the face'}
          </wa-button>
        </div>
      </div>
      ${alert(error?.message ?? '')}
      <section class="card">
        <dl>
          ${facts.map(
            ([name, value]) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
          <div>
            <dt>Face</dt>
            <dd data-test="enrollment">
              ${
                enrollment
                  ? `${enrollment.bins.length} angles, since ${shortDate(enrollment.enrolledAt)}`
                  : 'Nothing stored'
              }
            </dd>
          </div>
        </dl>
      </section>
      <muster-consent-card .person=${person} @changed=${this.#again}></muster-consent-card>
      <muster-passes-card .person=${person}></muster-passes-card>
      <muster-data-card .person=${person}></muster-data-card>
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

  readonly #again = () => this.#person.refresh();
}

customElements.define('muster-person', MusterPerson);
