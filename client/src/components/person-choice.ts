/** Finds one person by name or number, and fires `chosen` with that person, or with null when the choice is taken back. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { api } from '../session/api.ts';
import { reportUnexpected } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';
import { MusterElement } from './muster-element.ts';

/** As much of a person as a choice shows. */
export interface ChosenPerson {
  id: string;
  number: string;
  displayName: string;
}

/** As many as are shown. */
const FOUND = 6;

export class MusterPersonChoice extends MusterElement {
  static override properties = {
    person: { attribute: false },
    fault: {},
    found: { state: true },
  };
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        border: 1px solid var(--m-line);
        border-radius: var(--m-radius);
        overflow: hidden;
      }
      li + li {
        border-top: 1px solid var(--m-line);
      }
      li button {
        display: flex;
        flex-wrap: wrap;
        gap: 0.15rem 0.6rem;
        width: 100%;
        padding: 0.55rem 0.8rem;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      li button:hover {
        background: var(--m-chip);
      }
      li button:focus-visible {
        outline-offset: -3px;
      }
      .label {
        font-weight: 550;
        font-size: 0.9375rem;
      }
      .fault::part(hint) {
        color: var(--m-danger);
        font-weight: 550;
      }
      .chosen {
        justify-content: space-between;
      }
      .chosen > div {
        flex: 1 1 10rem;
        overflow-wrap: anywhere;
      }
    `,
  ];
  /** Null until one is chosen. */
  declare person: ChosenPerson | null;
  /** What is wrong with the choice; blank where nothing is. */
  declare fault: string;
  declare found: readonly ChosenPerson[] | null;
  #turn = 0;

  constructor() {
    super();
    this.person = null;
    this.fault = '';
    this.found = null;
  }

  override render() {
    return this.person ? this.#chosen(this.person) : this.#search();
  }

  #chosen({ displayName, number }: ChosenPerson) {
    return html`<span class="label">${msg('Person')}</span>
      <div class="row chosen" data-test="chosen-person">
        <div><strong>${displayName}</strong> <span class="quiet small number">${number}</span></div>
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => this.#choose(null)}
          data-test="choose-another"
          >${msg('Choose someone else')}</wa-button
        >
      </div>`;
  }

  #search() {
    const { found } = this;
    return html`<wa-input
        class=${this.fault ? 'fault' : ''}
        label=${msg('Person')}
        placeholder=${msg('Name or employee number')}
        hint=${this.fault}
        aria-invalid=${this.fault ? 'true' : 'false'}
        type="search"
        with-clear
        @input=${this.#typed}
        @keydown=${this.#keyed}
        data-test="find-person"
      >
        <wa-icon slot="start" name="search"></wa-icon>
      </wa-input>
      <div role="status" class="sr">
        ${found === null ? '' : found.length === 0 ? msg('No one found') : msg(str`${found.length} found`)}
      </div>
      ${
        found === null
          ? nothing
          : found.length === 0
            ? html`<p class="small quiet">${msg('No one found')}</p>`
            : html`<ul>
                ${found.map(
                  (person) =>
                    html`<li>
                      <button
                        type="button"
                        @click=${() => this.#choose(person)}
                        data-test="found-person"
                        data-person=${person.id}
                      >
                        <strong>${person.displayName}</strong>
                        <span class="quiet small number">${person.number}</span>
                      </button>
                    </li>`,
                )}
              </ul>`
      }`;
  }

  #choose(person: ChosenPerson | null) {
    this.person = person;
    this.found = null;
    this.dispatchEvent(new CustomEvent<ChosenPerson | null>('chosen', { detail: person }));
    // The element that had the focus is gone: the reader goes on at what stands in its place.
    void this.updateComplete.then(() =>
      requestAnimationFrame(() => this.renderRoot.querySelector<HTMLElement>('wa-button, wa-input')?.focus()),
    );
  }

  /** Enter takes the only person that was found, rather than send a form in which nobody is chosen. */
  readonly #keyed = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const [only, more] = this.found ?? [];
    if (only && !more) this.#choose(only);
  };

  readonly #typed = (event: InputEvent) => {
    this.#find((event.target as HTMLInputElement).value.trim()).catch(reportUnexpected);
  };

  async #find(text: string) {
    const turn = ++this.#turn;
    const found =
      text.length < 2 ? null : (await api.people.list({ query: { search: text, limit: FOUND } })).people;
    if (turn === this.#turn) this.found = found;
  }
}

customElements.define('muster-person-choice', MusterPersonChoice);
