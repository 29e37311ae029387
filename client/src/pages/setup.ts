import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { navigate } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { textField } from '../components/text-field.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

const LEAST_PASSWORD = 12;

/** Creates the first account, an owner's, with the token that the server printed. */
export class MusterSetup extends LitElement {
  static override styles = [shared, formStyles];
  readonly #form = new FormState(this);
  readonly #token = new URLSearchParams(location.search).get('token') ?? '';

  override connectedCallback() {
    super.connectedCallback();
    // The token is good for one use, but it need not stay in the address bar or the history.
    if (this.#token) history.replaceState(null, '', '/setup');
    loadSession()
      .then((view) => {
        if (!view.setupNeeded) navigate('/', { replace: true });
      })
      .catch(() => {});
  }

  override render() {
    const form = this.#form;
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="setup">
        <muster-brand></muster-brand>
        <div>
          <h1>Welcome</h1>
          <p class="quiet">
            Create the first account: the owner’s. Muster printed a one-time token when it started.
          </p>
        </div>
        ${alert(form.message)}
        ${textField({
          name: 'token',
          label: 'One-time token',
          value: this.#token,
          required: true,
          fault: form.fault('token'),
        })}
        ${textField({
          name: 'name',
          label: 'Your name',
          required: true,
          autocomplete: 'name',
          fault: form.fault('name'),
        })}
        ${textField({
          name: 'username',
          label: 'User name',
          required: true,
          autocomplete: 'username',
          fault: form.fault('username'),
        })}
        ${textField({
          name: 'password',
          label: 'Password',
          type: 'password',
          required: true,
          autocomplete: 'new-password',
          minlength: LEAST_PASSWORD,
          hint: `At least ${LEAST_PASSWORD} characters. A few words are better than one with symbols.`,
          fault: form.fault('password'),
        })}
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="submit">
          Create the account
        </wa-button>
      </form>
    </div>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#create(event.target as HTMLFormElement).catch(() => {});
  };

  async #create(element: HTMLFormElement) {
    const { token = '', name = '', username = '', password = '' } = formValues(element);
    const done = await this.#form.submit(async () => {
      await api.setup({ token, name, username, password });
      return loadSession();
    });
    if (done) navigate('/', { replace: true });
  }
}

customElements.define('muster-setup', MusterSetup);
