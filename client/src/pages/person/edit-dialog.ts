/** What is known of a person, to be mended; and whether they are here, away, or gone. Fires `done` when it is closed. */
import { LitElement, html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { PersonInput, PersonView } from '../../../../server/protocol/api.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { PERSON_FIELDS } from '../../components/person-fields.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

const STATUS = [
  ['active', 'Works here'],
  ['suspended', 'Suspended'],
  ['left', 'Has left'],
] as const;

export class MusterPersonEdit extends LitElement {
  static override properties = { person: { attribute: false }, open: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  declare person: PersonView;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.open = true;
  }

  override render() {
    const form = this.#form;
    const values: Record<string, unknown> = { ...this.person };
    return html`<wa-dialog
      label="Edit ${this.person.displayName}"
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="edit-person"
    >
      <form class="stack" id="edit" @submit=${this.#submit}>
        ${alert(form.message)}
        <div class="fields">
          ${PERSON_FIELDS.map((field) =>
            textField({
              ...field,
              value: typeof values[field.name] === 'string' ? (values[field.name] as string) : '',
              fault: form.fault(field.name),
            }),
          )}
        </div>
        <wa-radio-group
          name="status"
          label="Status"
          value=${this.person.status}
          orientation="horizontal"
          hint="Only who works here is recognised. The face of somebody who has left is removed after a time."
        >
          ${STATUS.map(
            ([value, label]) => html`<wa-radio appearance="button" value=${value}>${label}</wa-radio>`,
          )}
        </wa-radio-group>
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="save">
        Save
      </wa-button>
    </wa-dialog>`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#edit')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#save(event.target as HTMLFormElement).catch(() => {});
  };

  async #save(element: HTMLFormElement) {
    const before: Record<string, unknown> = { ...this.person };
    // Only what was changed: somebody else may have mended another field meanwhile.
    const change = Object.fromEntries(
      Object.entries(formValues(element)).filter(([name, value]) => value !== (before[name] ?? '')),
    ) as Partial<PersonInput>;
    const done = await this.#form.submit(() =>
      Object.keys(change).length === 0
        ? Promise.resolve(this.person)
        : api.changePerson(this.person.id, change),
    );
    if (!done) return;
    if (Object.keys(change).length > 0) toast(`${done.displayName} was changed`);
    this.open = false;
  }
}

customElements.define('muster-person-edit', MusterPersonEdit);
