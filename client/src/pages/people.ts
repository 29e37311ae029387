import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { PersonView } from '../../../server/protocol/api.ts';
import { toast, toastError } from '../app/toasts.ts';
import { alert } from '../components/alert.ts';
import '../components/confirm-dialog.ts';
import type { MusterConfirm } from '../components/confirm-dialog.ts';
import { formStyles } from '../components/form.styles.ts';
import { shortDate } from '../components/format.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

/** Typing settles for this long before the server is asked, ms. */
const SETTLE = 200;

export class MusterPeople extends LitElement {
  static override styles = [
    shared,
    formStyles,
    css`
      .search {
        width: min(100%, 20rem);
      }
      .face {
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        border-radius: 50%;
        background: var(--m-accent-soft);
        color: var(--m-accent);
        font-weight: 650;
        font-size: 0.875rem;
        flex: none;
      }
      .who {
        display: flex;
        align-items: center;
        gap: 0.85rem;
        min-width: 12rem;
      }
      .who strong {
        display: block;
        font-weight: 620;
      }
      .acts {
        display: flex;
        justify-content: flex-end;
        gap: 0.25rem;
      }
      .nowrap {
        white-space: nowrap;
      }
      .narrow {
        display: none;
      }
      .who > div {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      @media (max-width: 60rem) {
        .wider {
          display: none;
        }
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        .narrow {
          display: block;
          margin-top: 0.25rem;
        }
        th,
        td {
          padding: 0.7rem 0.75rem;
        }
        .who {
          min-width: 0;
          gap: 0.65rem;
        }
        .act-label {
          display: none;
        }
        .acts wa-button::part(start) {
          margin: 0;
        }
      }
    `,
  ];
  #search = '';
  #settle: ReturnType<typeof setTimeout> | null = null;
  readonly #people = new Loaded(this, async () => (await api.people(this.#search)).people);

  override disconnectedCallback() {
    if (this.#settle) clearTimeout(this.#settle);
    super.disconnectedCallback();
  }

  override render() {
    const { value, error } = this.#people;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>People</h1>
            <p class="quiet">Who is known to Muster, and who can be recognised.</p>
          </div>
          <wa-input
            class="search"
            type="search"
            placeholder="Name, number or department"
            aria-label="Search people"
            with-clear
            @input=${this.#typed}
            data-test="search"
          >
            <wa-icon slot="start" name="search"></wa-icon>
          </wa-input>
        </div>
        ${alert(error?.message ?? '')}
        <div class="card flush">${value ? this.#table(value) : nothing}</div>
      </div>
      <muster-confirm></muster-confirm>`;
  }

  #table(people: readonly PersonView[]) {
    if (people.length === 0) {
      return html`<div class="empty">
        <wa-icon name="users"></wa-icon>
        <h2>${this.#search ? 'Nobody found' : 'Nobody yet'}</h2>
        <p class="quiet">
          ${this.#search ? 'Try a part of the name or the number.' : 'Enrol the first person to begin.'}
        </p>
        ${this.#search ? nothing : html`<wa-button variant="brand" href="/enrol">Enrol a person</wa-button>`}
      </div>`;
    }
    return html`<div class="table">
      <table data-test="people">
        <thead>
          <tr>
            <th>Name</th>
            <th class="wide">Department</th>
            <th class="wide">Enrolment</th>
            <th class="wider">Consent</th>
            <th><span class="sr">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            people,
            (person) => person.id,
            (person) => this.#row(person),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(person: PersonView) {
    const { enrolment, consent } = person;
    const state = enrolment
      ? html`<span class="chip good"><wa-icon name="check"></wa-icon>Enrolled</span>`
      : html`<span class="chip">Not enrolled</span>`;
    const initials = `${person.givenName.charAt(0)}${person.familyName.charAt(0)}`;
    return html`<tr data-test="person" data-person=${person.id} data-enrolled=${enrolment ? 'yes' : 'no'}>
      <td>
        <div class="who">
          <span class="face" aria-hidden="true">${initials}</span>
          <div>
            <strong>${person.displayName}</strong>
            <span class="small quiet number">${person.number}</span>
            <div class="narrow">${state}</div>
            ${person.status === 'active' ? nothing : html`<span class="chip">${person.status}</span>`}
          </div>
        </div>
      </td>
      <td class="wide">
        ${person.department || html`<span class="quiet">–</span>`}
        <div class="small quiet">${person.jobTitle}</div>
      </td>
      <td class="wide">
        ${state}
        ${
          enrolment
            ? html`<div class="small quiet nowrap">
                ${shortDate(enrolment.enrolledAt)} · ${enrolment.bins.length} angles
              </div>`
            : nothing
        }
      </td>
      <td class="wider">
        ${
          consent
            ? html`<span class="chip ${consent.current ? 'good' : 'warn'}">
                  ${consent.current ? 'Given' : 'Outdated text'}
                </span>
                <div class="small quiet nowrap">${shortDate(consent.givenAt)} · ${consent.version}</div>`
            : html`<span class="chip">None</span>`
        }
      </td>
      <td>
        <div class="acts">
          <wa-button
            size="s"
            appearance="outlined"
            href="/enrol/${person.id}"
            aria-label="${enrolment ? 'Re-enrol' : 'Enrol'} ${person.displayName}"
          >
            <wa-icon slot="start" name="scan-face"></wa-icon>
            <span class="act-label">${enrolment ? 'Re-enrol' : 'Enrol'}</span>
          </wa-button>
          <wa-button size="s" appearance="plain" @click=${() => this.#remove(person)} data-test="delete">
            <wa-icon name="trash" label="Delete ${person.displayName}"></wa-icon>
          </wa-button>
        </div>
      </td>
    </tr>`;
  }

  readonly #typed = (event: InputEvent) => {
    this.#search = (event.target as HTMLInputElement).value ?? '';
    if (this.#settle) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#people.refresh(), SETTLE);
  };

  #remove(person: PersonView) {
    this.#askAndRemove(person).catch(toastError);
  }

  async #askAndRemove(person: PersonView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: `Delete ${person.displayName}?`,
      text: 'The face templates are destroyed at once and for good: no door recognises this person any more. The attendance records stay, without the name.',
      act: 'Delete',
    });
    if (!sure) return;
    await api.deletePerson(person.id);
    this.#people.refresh();
    toast(`${person.displayName} was deleted`);
  }
}

customElements.define('muster-people', MusterPeople);
