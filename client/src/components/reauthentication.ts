/** Asks whoever is signed in for the password again, before an act that needs it; one dialog for all pages. */
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { account } from '../app/session.ts';
import type { ProofNeeded } from '../session/api.ts';
import { accountApi } from '../session/account-api.ts';
import { FormDialog } from './form-dialog.ts';
import { providerPath } from './provider-sign-in.ts';
import { textField } from './text-field.ts';

let asking: Promise<boolean> | null = null;

/** True when the password (and the code) was right. Of two that ask at once, both get the one answer. */
export function reauthenticate(needed: ProofNeeded): Promise<boolean> {
  asking ??= ask(needed).finally(() => {
    asking = null;
  });
  return asking;
}

function ask({ password, secondFactor }: ProofNeeded): Promise<boolean> {
  const dialog = document.createElement('muster-reauthentication') as MusterReauthentication;
  dialog.password = password;
  dialog.secondFactor = secondFactor;
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener(
      'done',
      () => {
        dialog.remove();
        resolve(dialog.proved);
      },
      { once: true },
    );
  });
}

class MusterReauthentication extends FormDialog {
  static override properties = {
    password: { type: Boolean },
    secondFactor: { type: Boolean },
  };
  /** False of an account that has none: it proves itself where it signs in. */
  declare password: boolean;
  declare secondFactor: boolean;
  proved = false;

  constructor() {
    super();
    this.password = true;
    this.secondFactor = false;
  }

  override render() {
    return this.frame(
      'Is it still you?',
      'reauthentication',
      this.password ? this.#fields() : this.#provider(),
    );
  }

  #provider() {
    const path = providerPath(`?return=${encodeURIComponent(location.pathname)}`, { proof: true });
    return html`<p class="quiet">
        This act needs you to sign in again where you signed in. Come back to this page, and do it once more.
      </p>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" href=${path} data-test="prove">Sign in again</wa-button>`;
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: 'Go on',
      test: 'prove',
      intro: html`<p class="quiet">This act needs your password again: the last time was a while ago.</p> `,
      fields: html`
        <input type="text" autocomplete="username" .value=${account()?.username ?? ''} hidden />
        ${textField({
          name: 'password',
          label: 'Your password',
          type: 'password',
          autofocus: true,
          required: true,
          autocomplete: 'current-password',
          maxlength: 256,
          fault: form.fault('password'),
        })}
        ${
          this.secondFactor
            ? textField({
                name: 'code',
                label: 'Code of your authenticator app',
                required: true,
                autocomplete: 'one-time-code',
                maxlength: 32,
                fault: form.fault('code'),
              })
            : ''
        }
      `,
    });
  }

  protected override async send({ password = '', code }: Record<string, string>) {
    const done = await this.form.submit(() =>
      accountApi.prove({ password, ...(code !== undefined && { code }) }),
    );
    // Turned on elsewhere since this dialog was opened.
    if (this.form.error?.code === 'second-factor-needed') this.secondFactor = true;
    if (!done) return;
    this.proved = true;
    this.open = false;
  }
}

customElements.define('muster-reauthentication', MusterReauthentication);
