/** Whoever was invited chooses a password. The link's secret is in its fragment, which browsers do not send. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { navigate } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { textField } from '../components/text-field.ts';
import { accountApi } from '../session/account-api.ts';
import { api } from '../session/api.ts';
import { ClientError } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';

const LEAST_PASSWORD = 12;

export class MusterJoin extends LitElement {
  static override styles = [shared, formStyles];
  readonly #form = new FormState(this);
  readonly #link = new URLSearchParams(location.hash.slice(1));

  override connectedCallback() {
    super.connectedCallback();
    history.replaceState(null, '', '/join');
  }

  override render() {
    const form = this.#form;
    const username = this.#link.get('name') ?? '';
    if (!this.#link.has('token')) return this.#incomplete();
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="join">
        <muster-brand></muster-brand>
        <div>
          <h1>Welcome</h1>
          <p class="quiet">
            Choose the password for your account${username ? html` <b>${username}</b>` : ''}.
          </p>
        </div>
        ${alert(form.message)}
        <input type="text" autocomplete="username" .value=${username} hidden />
        ${textField({
          name: 'password',
          label: 'Password',
          type: 'password',
          autofocus: true,
          required: true,
          autocomplete: 'new-password',
          minlength: LEAST_PASSWORD,
          maxlength: 256,
          hint: `At least ${LEAST_PASSWORD} characters. A few words are better than one with symbols.`,
          fault: form.fault('password'),
        })}
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="submit">
          Set the password
        </wa-button>
        ${this.#signIn()}
      </form>
    </div>`;
  }

  /** The link was cut short on its way, or this page was loaded again. */
  #incomplete() {
    return html`<div class="center">
      <div class="card stack" data-test="join-incomplete">
        <muster-brand></muster-brand>
        <div>
          <h1>Open your link again</h1>
          <p class="quiet">This page needs the whole link of your invitation.</p>
        </div>
        ${this.#signIn()}
      </div>
    </div>`;
  }

  #signIn() {
    return html`<p class="small quiet">Do you have a password already? <a href="/sign-in">Sign in</a></p>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#join(event.target as HTMLFormElement).catch(() => {});
  };

  async #join(form: HTMLFormElement) {
    const { password = '' } = formValues(form);
    const token = this.#link.get('token') ?? '';
    const goTo = await this.#form.submit(async () => {
      const { username } = await accountApi.join({ token, password });
      try {
        await api.signIn({ username, password });
      } catch (error) {
        // The password is set all the same; a second factor, say, is asked for on the page for it.
        if (error instanceof ClientError) return '/sign-in';
        throw error;
      }
      await loadSession();
      return '/';
    });
    if (goTo) navigate(goTo, { replace: true });
  }
}

customElements.define('muster-join', MusterJoin);
