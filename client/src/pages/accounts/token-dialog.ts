/** Makes a token and shows it once. Fires `done` when it is closed. */
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { TOKEN_SCOPES } from '#protocol/permissions.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { accountApi } from '../../session/account-api.ts';
import { SCOPE_NAMES } from './scope-names.ts';

export class MusterTokenDialog extends FormDialog {
  static override properties = { secret: { state: true } };
  static override styles = [FormDialog.styles, shownOnceStyles];
  declare secret: string | null;

  constructor() {
    super();
    this.secret = null;
  }

  override render() {
    return this.frame(
      this.secret ? 'Copy this token' : 'Add a token',
      'token-dialog',
      this.secret ? this.#made(this.secret) : this.#fields(),
    );
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: 'Create the token',
      test: 'create',
      message: form.message || (form.fault('scopes') && 'Choose at least one thing that it may read.'),
      fields: html`
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
      `,
    });
  }

  #made(secret: string) {
    return html`<div class="stack">
        <p class="quiet">Send it as “Authorization: Bearer …”. It is not shown again.</p>
        ${shownOnce(secret, 'Copy the token')}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close">Done</wa-button>`;
  }

  protected override async send({ name = '', days = '', ...checked }: Record<string, string>) {
    const scopes = TOKEN_SCOPES.filter((scope) => scope in checked);
    const made = await this.form.submit(() => accountApi.createToken({ name, scopes, days: Number(days) }));
    if (made) this.secret = made.secret;
  }
}

customElements.define('muster-token-dialog', MusterTokenDialog);
