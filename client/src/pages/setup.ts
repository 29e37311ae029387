import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { PASSWORD_LENGTH, setupInput } from '#protocol/session.ts';
import { navigate } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { longest } from '../components/longest.ts';
import { textField } from '../components/text-field.ts';
import { api } from '../session/api.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';
import { reportUnexpected } from '../session/client-error.ts';
import { passwordHint } from '../components/password-hint.ts';
import '../components/language-choice.ts';

/** Creates the first account, that of an owner, with the token that the server printed. */
export class MusterSetup extends MusterElement {
  static override styles = [shared, formStyles];
  readonly #form = new FormState(this);
  readonly #token = new URLSearchParams(location.search).get('token') ?? '';

  override connectedCallback() {
    super.connectedCallback();
    // The token works only once, but it need not stay in the address bar or the history.
    if (this.#token) history.replaceState(null, '', '/setup');
    loadSession()
      .then((view) => {
        if (!view.setupNeeded) navigate('/', { replace: true });
      })
      .catch(reportUnexpected);
  }

  override render() {
    const form = this.#form;
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="setup">
        <muster-brand></muster-brand>
        <div>
          <h1>${msg('Welcome to Muster')}</h1>
          <p class="quiet">
            ${msg('Create the owner account. Muster printed a one-time setup token when it started.')}
          </p>
        </div>
        ${alert(form.message)}
        ${textField({
          name: 'token',
          label: msg('Setup token'),
          value: this.#token,
          required: true,
          maxlength: longest(setupInput.shape.token),
          fault: form.fault('token'),
        })}
        ${textField({
          name: 'name',
          label: msg('Your name'),
          required: true,
          autocomplete: 'name',
          maxlength: longest(setupInput.shape.name),
          fault: form.fault('name'),
        })}
        ${textField({
          name: 'username',
          label: msg('User name'),
          required: true,
          autocomplete: 'username',
          maxlength: longest(setupInput.shape.username),
          fault: form.fault('username'),
        })}
        ${textField({
          name: 'password',
          label: msg('Password'),
          type: 'password',
          required: true,
          autocomplete: 'new-password',
          minlength: PASSWORD_LENGTH.least,
          maxlength: longest(setupInput.shape.password),
          hint: passwordHint(),
          fault: form.fault('password'),
        })}
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="submit">
          ${msg('Create account')}
        </wa-button>
        <muster-language-choice></muster-language-choice>
      </form>
    </div>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#create(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #create(element: HTMLFormElement) {
    const { token = '', name = '', username = '', password = '' } = formValues(element);
    const done = await this.#form.submit(async () => {
      await api.setup.run({ body: { token, name, username, password } });
      return loadSession();
    });
    if (done) navigate('/', { replace: true });
  }
}

customElements.define('muster-setup', MusterSetup);
