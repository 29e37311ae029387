/** Name and password, and then, where the account asks for one, a one-time code. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { signInInput } from '#protocol/session.ts';
import { longest } from '../components/longest.ts';
import { navigate, returnPath } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import '../components/language-choice.ts';
import { MusterElement } from '../components/muster-element.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { textField } from '../components/text-field.ts';
import { providerFault, providerPath } from '../components/provider-sign-in.ts';
import { api } from '../session/api.ts';
import { reportUnexpected } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';

interface Credentials {
  username: string;
  password: string;
}

export class MusterSignIn extends MusterElement {
  static override properties = { asked: { state: true }, provider: { state: true } };
  static override styles = [shared, formStyles];
  /** The correct name and password, sent again together with the code. */
  declare asked: Credentials | null;
  /** The name of the OpenID provider, where there is one. */
  declare provider: string | null;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.asked = null;
    this.provider = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    // This page may be opened before the first account exists.
    loadSession()
      .then((view) => {
        if (view.setupNeeded) navigate('/setup', { replace: true });
      })
      .catch(reportUnexpected);
    api.oidc
      .get()
      .then(({ name }) => (this.provider = name))
      .catch(reportUnexpected);
  }

  override render() {
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="sign-in">
        <muster-brand></muster-brand>
        <h1>${msg('Sign in')}</h1>
        ${this.asked ? this.#codeStep() : this.#passwordStep()}
        <muster-language-choice></muster-language-choice>
      </form>
    </div>`;
  }

  #passwordStep() {
    const failed = new URLSearchParams(location.search).get('failed');
    return html`${alert(this.#form.error ?? providerFault(failed))}
      ${textField({ name: 'username', label: msg('User name'), required: true, autocomplete: 'username', autofocus: true })}
      ${textField({
        name: 'password',
        label: msg('Password'),
        type: 'password',
        required: true,
        autocomplete: 'current-password',
        maxlength: longest(signInInput.shape.password),
      })}
      ${this.#button(msg('Sign in'))}
      ${
        this.provider
          ? html`<wa-button href=${providerPath(location.search)} appearance="outlined" data-test="oidc">
              <wa-icon slot="start" name="key"></wa-icon>${msg(str`Sign in with ${this.provider}`)}
            </wa-button>`
          : nothing
      }
      <p class="small quiet">
        ${msg(html`Setting up a station or a camera? <a href="/pair">Pair this device</a>`)}
      </p>`;
  }

  #codeStep() {
    const { error } = this.#form;
    return html`${error?.code === 'second-factor-needed' ? nothing : alert(error)}
      ${textField({
        name: 'code',
        label: msg('Code from your authenticator app'),
        hint: msg('No access to the app? Enter a recovery code instead.'),
        required: true,
        autocomplete: 'one-time-code',
        maxlength: longest(signInInput.shape.code),
      })}
      ${this.#button(msg('Sign in'))}
      <p class="small"><a href="/sign-in" @click=${this.#back}>${msg('Use a different account')}</a></p>`;
  }

  #button(label: string) {
    return html`<wa-button type="submit" variant="brand" ?loading=${this.#form.busy} data-test="submit">
      ${label}
    </wa-button>`;
  }

  readonly #back = (event: Event) => {
    event.preventDefault();
    this.asked = null;
    this.#form.clear();
  };

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#signIn(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #signIn(form: HTMLFormElement) {
    const { username = '', password = '', code } = formValues(form);
    const credentials = this.asked ?? { username, password };
    const done = await this.#form.submit(async () => {
      await api.session.signIn({ body: { ...credentials, ...(code !== undefined && { code }) } });
      return loadSession();
    });
    if (done) navigate(returnPath(location.search), { replace: true });
    else if (this.#form.error?.code === 'second-factor-needed') {
      this.asked = credentials;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[name=code]')?.focus();
    }
  }
}

customElements.define('muster-sign-in', MusterSignIn);
