import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { PersonView, Reenroll } from '#protocol/people.ts';
import { currentUrl, navigate } from '../app/navigation.ts';
import { ObservableController } from '../app/observable-controller.ts';
import { alert } from '../components/alert.ts';
import { formStyles } from '../components/form.styles.ts';
import { shortDate } from '../components/format.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

/** Lists only who must be enrolled again. */
const NEEDED = '/people?show=reenroll';
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
      .who a {
        color: inherit;
        text-decoration: none;
      }
      .who a:hover {
        text-decoration: underline;
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
      .notice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
        padding: 0.9rem 1.25rem;
        border-radius: 14px;
        background: var(--m-already-soft);
      }
      .notice > div {
        display: flex;
        gap: 0.75rem;
        align-items: baseline;
        flex: 1 1 20rem;
      }
      .notice wa-icon {
        color: var(--m-already);
        flex: none;
        position: relative;
        top: 0.15em;
      }
      .notice strong {
        display: block;
        font-weight: 620;
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
        .acts wa-button::part(label) {
          display: none;
        }
      }
    `,
  ];
  readonly controllers = [new ObservableController(this, currentUrl)];
  #search = '';
  #settle: ReturnType<typeof setTimeout> | null = null;
  readonly #people = new Loaded(this, async () => (await api.people(this.#search)).people);

  override disconnectedCallback() {
    if (this.#settle) clearTimeout(this.#settle);
    super.disconnectedCallback();
  }

  override render() {
    const { value, error } = this.#people;
    const needed = value?.filter(({ reenroll }) => reenroll) ?? [];
    const only = currentUrl.value === NEEDED;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>People</h1>
          <p class="quiet">Who is known to Muster, and who can be recognized.</p>
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
      ${alert(error?.message ?? '')} ${only || needed.length > 0 ? this.#notice(needed, only) : nothing}
      <div class="card flush">${value ? this.#table(only ? needed : value, only) : nothing}</div>
    </div>`;
  }

  #notice(needed: readonly PersonView[], only: boolean) {
    const n = needed.length;
    const unknown = needed.filter(({ reenroll }) => !isRecognized(reenroll)).length;
    const who = n === 1 ? '1 person' : `${n} people`;
    return html`<div class="notice" data-test="reenroll" data-count=${n}>
      <div>
        <wa-icon name=${n === 0 ? 'circle-check' : 'warning'}></wa-icon>
        <span>
          <strong>
            ${this.#search ? 'Of those found, ' : ''}${
              n === 0 ? (this.#search ? 'nobody needs to' : 'Nobody needs to') : `${who} must`
            }
            be enrolled again
          </strong>
          ${
            n === 0
              ? nothing
              : unknown === 0
                ? needed.some(({ reenroll }) => reenroll?.why === 'unreadable')
                  ? 'Until then they go on being recognized, less surely.'
                  : 'The model pack was changed. Until then the former one goes on recognizing them.'
                : `${unknown === n ? (n === 1 ? 'This person is' : 'They are') : `${unknown} of them ${unknown === 1 ? 'is' : 'are'}`} not recognized until then.`
          }
        </span>
      </div>
      <wa-button
        size="s"
        appearance="outlined"
        @click=${() => navigate(only ? '/people' : NEEDED, { replace: true })}
        data-test="show"
      >
        ${only ? 'Show everybody' : 'Show them'}
      </wa-button>
    </div>`;
  }

  #table(people: readonly PersonView[], only: boolean) {
    if (people.length === 0) {
      if (only) return nothing;
      return html`<div class="empty">
        <wa-icon name="users"></wa-icon>
        <h2>${this.#search ? 'Nobody found' : 'Nobody yet'}</h2>
        <p class="quiet">
          ${this.#search ? 'Try a part of the name or the number.' : 'Enroll the first person to begin.'}
        </p>
        ${this.#search ? nothing : html`<wa-button variant="brand" href="/enroll">Enroll a person</wa-button>`}
      </div>`;
    }
    return html`<div class="table">
      <table data-test="people">
        <thead>
          <tr>
            <th>Name</th>
            <th class="wide">Department</th>
            <th class="wide">Enrollment</th>
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
    const { enrollment, consent, reenroll } = person;
    const state = reenroll
      ? html`<span class="chip warn"><wa-icon name="warning"></wa-icon>Needs re-enrollment</span>
          <div class="small quiet">${reasonOf(reenroll)}</div>`
      : enrollment
        ? html`<span class="chip good"><wa-icon name="check"></wa-icon>Enrolled</span>`
        : html`<span class="chip">Not enrolled</span>`;
    const act = reenroll ? 'Enroll again' : enrollment ? 'Enroll again' : 'Enroll';
    const initials = `${person.givenName.charAt(0)}${person.familyName.charAt(0)}`;
    return html`<tr
      data-test="person"
      data-person=${person.id}
      data-enrolled=${enrollment ? 'yes' : 'no'}
      data-reenroll=${reenroll?.why ?? 'no'}
    >
      <td>
        <div class="who">
          <span class="face" aria-hidden="true">${initials}</span>
          <div>
            <a href="/people/${person.id}" data-test="open"><strong>${person.displayName}</strong></a>
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
          enrollment
            ? html`<div class="small quiet nowrap">
                ${shortDate(enrollment.enrolledAt)} · ${enrollment.bins.length} angles
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
            variant=${reenroll ? 'brand' : 'neutral'}
            appearance=${reenroll ? 'accent' : 'outlined'}
            href="/enroll/${person.id}"
            aria-label="${act} ${person.displayName}"
            data-test="enroll"
          >
            <wa-icon slot="start" name="scan-face"></wa-icon>
            <span class="act-label">${act}</span>
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
}

function isRecognized(reenroll: Reenroll | null): boolean {
  return reenroll?.recognized === true;
}

function reasonOf(reenroll: Reenroll): string {
  const until = isRecognized(reenroll) ? 'still recognized' : 'not recognized';
  if (reenroll.why === 'unreadable') return `Templates do not open, ${until}`;
  return `Enrolled with ${reenroll.contract.replace(/@.*$/, '')}, ${until}`;
}

customElements.define('muster-people', MusterPeople);
