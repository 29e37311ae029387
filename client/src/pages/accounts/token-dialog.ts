/** Makes a token and shows it once. Fires `done` when it is closed. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { TOKEN_SCOPES } from '../../../../server/protocol/permissions.ts';
import { alert } from '../../components/alert.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import { SCOPE_NAMES } from './scope-names.ts';

export class MusterTokenDialog extends LitElement {
  static override properties = { open: { state: true }, secret: { state: true } };
  static override styles = [shared, formStyles, shownOnceStyles];
  declare open: boolean;
  declare secret: string | null;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.open = true;
    this.secret = null;
  }

  override render() {
    return html`<wa-dialog
      label=${this.secret ? 'Copy this token' : 'Add a token'}
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="token-dialog"
    >
      ${this.secret ? this.#made(this.secret) : this.#fields()}
    </wa-dialog>`;
  }

  #fields() {
    const form = this.#form;
    return html`<form class="stack" id="token" @submit=${this.#submit}>
        ${alert(form.message || (form.fault('scopes') && 'Choose at least one thing that it may read.'))}
        ${textField({
          name: 'name',
          autofocus: true,
          label: 'Name',
          hint: 'The program that uses it',
          required: true,
          maxlength: 80,
          fault: form.fault('name'),
        })}
        ${TOKEN_SCOPES.map((scope) => html`<wa-checkbox name=${scope}>Read ${SCOPE_NAMES[scope]}</wa-checkbox>`)}
        <wa-input
          name="days"
          label="Good for days"
          type="number"
          min="1"
          max="366"
          .value=${'90'}
          hint=${form.fault('days') || '1 to 366'}
          required
        ></wa-input>
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="create">
        Create the token
      </wa-button>`;
  }

  #made(secret: string) {
    return html`<div class="stack">
        <p class="quiet">Send it as “Authorization: Bearer …”. It is not shown again.</p>
        ${shownOnce(secret, 'Copy the token')}
      </div>
      <wa-button slot="footer" variant="brand" @click=${() => (this.open = false)} data-test="close"
        >Done</wa-button
      >`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#token')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#create(event.target as HTMLFormElement).catch(() => {});
  };

  async #create(element: HTMLFormElement) {
    const { name = '', days = '', ...checked } = formValues(element);
    const scopes = TOKEN_SCOPES.filter((scope) => scope in checked);
    const made = await this.#form.submit(() => accountApi.createToken({ name, scopes, days: Number(days) }));
    if (made) this.secret = made.secret;
  }
}

customElements.define('muster-token-dialog', MusterTokenDialog);
