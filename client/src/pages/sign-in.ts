import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { navigate, returnPath } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { textField } from '../components/text-field.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

export class MusterSignIn extends LitElement {
  static override styles = [shared, formStyles];
  readonly #form = new FormState(this);

  override connectedCallback() {
    super.connectedCallback();
    // Somebody may come here before the first account exists.
    loadSession()
      .then((view) => {
        if (view.setupNeeded) navigate('/setup', { replace: true });
      })
      .catch(() => {});
  }

  override render() {
    return html`<div class="centre">
      <form class="card stack" @submit=${this.#submit} data-test="sign-in">
        <muster-brand></muster-brand>
        <h1>Sign in</h1>
        ${alert(this.#form.error?.message ?? '')}
        ${textField({ name: 'username', label: 'User name', required: true, autocomplete: 'username' })}
        ${textField({
          name: 'password',
          label: 'Password',
          type: 'password',
          required: true,
          autocomplete: 'current-password',
        })}
        <wa-button type="submit" variant="brand" ?loading=${this.#form.busy} data-test="submit">
          Sign in
        </wa-button>
        <p class="small quiet">Is this device a station or a camera? <a href="/pair">Pair it</a> instead.</p>
      </form>
    </div>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#signIn(event.target as HTMLFormElement).catch(() => {});
  };

  async #signIn(form: HTMLFormElement) {
    const { username = '', password = '' } = formValues(form);
    const done = await this.#form.submit(async () => {
      await api.signIn({ username, password });
      return loadSession();
    });
    if (done) navigate(returnPath(location.search), { replace: true });
  }
}

customElements.define('muster-sign-in', MusterSignIn);
