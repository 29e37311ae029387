/** Step 1: the person. Fires `person` with the stored person as its detail. */
import { msg } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { PersonInput, PersonView } from '#protocol/people.ts';
import { alert } from '../../components/alert.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { personFields } from '../../components/person-fields.ts';
import { api } from '../../session/api.ts';
import { fieldOf, reportUnexpected } from '../../session/client-error.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';

const FOUND = 6;

export class MusterPersonStep extends MusterElement {
  static override properties = { found: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      .existing {
        border-top: 1px solid var(--m-line);
        padding-top: 1.25rem;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
      }
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        padding: 0.5rem 0;
        border-bottom: 1px solid var(--m-line);
      }
    `,
  ];
  declare found: readonly PersonView[] | null;
  readonly #form = new FormState(this);
  readonly #departments = loadedDepartments(this);
  #turn = 0;

  constructor() {
    super();
    this.found = null;
  }

  override render() {
    const form = this.#form;
    return html`<form class="card stack" @submit=${this.#submit} data-test="person-form">
      ${alert(form.message)}
      <div class="fields">
        ${personFields({
          departments: namesOf(this.#departments),
          fault: (field) => form.fault(field),
        })}
      </div>
      <div class="row end">
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="next">
          ${msg('Continue')}<wa-icon slot="end" name="arrow-right"></wa-icon>
        </wa-button>
      </div>
      <div class="existing stack">
        <wa-input
          label=${msg('Or choose someone who is already in the list')}
          placeholder=${msg('Name or employee number')}
          type="search"
          with-clear
          @input=${this.#typed}
          data-test="existing"
        >
          <wa-icon slot="start" name="search"></wa-icon>
        </wa-input>
        ${
          this.found
            ? html`<ul>
                ${this.found.map(
                  (person) =>
                    html`<li>
                      <span>
                        ${person.displayName}
                        <span class="quiet small number">${person.number}</span>
                        ${person.enrollment ? html`<span class="chip good">${msg('Enrolled')}</span>` : nothing}
                      </span>
                      <wa-button size="s" appearance="outlined" href="/enroll/${person.id}">
                        ${person.enrollment ? msg('Enroll again') : msg('Enroll')}
                      </wa-button>
                    </li>`,
                )}
                ${this.found.length === 0 ? html`<li class="quiet">${msg('No one found')}</li>` : nothing}
              </ul>`
            : nothing
        }
      </div>
    </form>`;
  }

  readonly #typed = (event: InputEvent) => {
    this.#find((event.target as HTMLInputElement).value.trim()).catch(reportUnexpected);
  };

  async #find(text: string) {
    const turn = ++this.#turn;
    const found =
      text.length < 2 ? null : (await api.people.list({ query: { search: text, limit: FOUND } })).people;
    if (turn === this.#turn) this.found = found;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#save(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #save(element: HTMLFormElement) {
    const filled = Object.entries(formValues(element)).filter(([, value]) => value !== '');
    const input = Object.fromEntries(filled) as unknown as PersonInput;
    const person = await this.#form.submit(() => api.people.create({ body: input }));
    if (person) this.dispatchEvent(new CustomEvent<PersonView>('person', { detail: person }));
    else this.#focusFault();
  }

  #focusFault() {
    const [first] = this.#form.error?.faults ?? [];
    const name = first && fieldOf(first.path);
    if (name) this.renderRoot.querySelector<HTMLElement>(`wa-input[name="${CSS.escape(name)}"]`)?.focus();
  }
}

customElements.define('muster-person-step', MusterPersonStep);
