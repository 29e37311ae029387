/** A person who was invited chooses a password. The secret of the link is in its fragment, which browsers do not send. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { PASSWORD_LENGTH, joinInput } from '#protocol/session.ts';
import { longest } from '../components/longest.ts';
import { navigate } from '../app/navigation.ts';
import { loadSession } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/brand-mark.ts';
import { FormState, formValues } from '../components/form-state.ts';
import { formStyles } from '../components/form.styles.ts';
import { textField } from '../components/text-field.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';
import { passwordHint } from '../components/password-hint.ts';
import '../components/language-choice.ts';

export class MusterJoin extends MusterElement {
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
          <h1>${msg('Welcome to Muster')}</h1>
          <p class="quiet">
            ${
              username
                ? msg(html`Choose a password for your account <b>${username}</b>.`)
                : msg('Choose a password for your account.')
            }
          </p>
        </div>
        ${alert(form.message)}
        <input type="text" autocomplete="username" .value=${username} hidden />
        ${textField({
          name: 'password',
          label: msg('Password'),
          type: 'password',
          autofocus: true,
          required: true,
          autocomplete: 'new-password',
          minlength: PASSWORD_LENGTH.least,
          maxlength: longest(joinInput.shape.password),
          hint: passwordHint(),
          fault: form.fault('password'),
        })}
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="submit">
          ${msg('Set password')}
        </wa-button>
        ${this.#signIn()}
      </form>
    </div>`;
  }

  /** The link was cut off when it was copied, or this page was reloaded. */
  #incomplete() {
    return html`<div class="center">
      <div class="card stack" data-test="join-incomplete">
        <muster-brand></muster-brand>
        <div>
          <h1>${msg('Open your link again')}</h1>
          <p class="quiet">${msg('This page needs the complete link from your invitation.')}</p>
        </div>
        ${this.#signIn()}
      </div>
    </div>`;
  }

  #signIn() {
    return html`<p class="small quiet">
        ${msg(html`Already have a password? <a href="/sign-in">Sign in</a>`)}
      </p>
      <muster-language-choice></muster-language-choice>`;
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#join(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #join(form: HTMLFormElement) {
    const { password = '' } = formValues(form);
    const token = this.#link.get('token') ?? '';
    const goTo = await this.#form.submit(async () => {
      const { username } = await api.invitation.accept({ body: { token, password } });
      try {
        await api.session.signIn({ body: { username, password } });
      } catch (error) {
        // The password is set; anything else that a sign-in needs, such as a second factor, is asked for on that page.
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
