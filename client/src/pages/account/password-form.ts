/** Changes the reader's own password. Fires `changed`. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { PASSWORD_LENGTH, passwordChange } from '#protocol/session.ts';
import { longest } from '../../components/longest.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { passwordHint } from '../../components/password-hint.ts';
import { textField } from '../../components/text-field.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';

export class MusterPasswordForm extends MusterElement {
  static override properties = { username: {} };
  static override styles = [shared, formStyles];
  declare username: string;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.username = '';
  }

  override render() {
    const form = this.#form;
    return html`<form class="card stack" @submit=${this.#submit} data-test="password-form">
      <div>
        <h2>${msg('Password')}</h2>
        <p class="small quiet">${msg('Changing it signs you out everywhere else.')}</p>
      </div>
      ${alert(form.message)}
      <input type="text" autocomplete="username" .value=${this.username} hidden />
      ${textField({
        name: 'current',
        label: msg('Current password'),
        type: 'password',
        required: true,
        autocomplete: 'current-password',
        maxlength: longest(passwordChange.shape.current),
        fault: form.fault('current'),
      })}
      ${textField({
        name: 'password',
        label: msg('New password'),
        type: 'password',
        required: true,
        autocomplete: 'new-password',
        minlength: PASSWORD_LENGTH.least,
        maxlength: longest(passwordChange.shape.password),
        hint: passwordHint(),
        fault: form.fault('password'),
      })}
      <div class="row end">
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="change-password">
          ${msg('Change password')}
        </wa-button>
      </div>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#change(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #change(form: HTMLFormElement) {
    const { current = '', password = '' } = formValues(form);
    const done = await this.#form.submit(async () => {
      await api.account.changePassword({ body: { current, password } });
      return true;
    });
    if (!done) return;
    form.reset();
    toast(msg('Your password was changed'));
    this.dispatchEvent(new Event('changed'));
  }
}

customElements.define('muster-password-form', MusterPasswordForm);
