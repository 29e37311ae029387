/** Asks for the password again, before an action that needs it; one dialog for all pages. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { proofInput } from '#protocol/session.ts';
import { longest } from './longest.ts';
import { account } from '../app/session.ts';
import type { ProofNeeded } from '../session/api.ts';
import { api } from '../session/api.ts';
import { FormDialog } from './form-dialog.ts';
import { providerPath } from './provider-sign-in.ts';
import { textField } from './text-field.ts';

let asking: Promise<boolean> | null = null;

/** True when the password (and the code) was correct. Two callers at the same time share one dialog and its answer. */
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
  /** False for an account without a password: it confirms its identity with the provider. */
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
      msg('Confirm it’s you'),
      'reauthentication',
      this.password ? this.#fields() : this.#provider(),
    );
  }

  #provider() {
    const path = providerPath(`?return=${encodeURIComponent(location.pathname)}`, { proof: true });
    return html`<p class="quiet">
        ${msg('Please sign in again with your provider to continue. You will come back to this page.')}
      </p>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>${msg('Cancel')}</wa-button>
      <wa-button slot="footer" variant="brand" href=${path} data-test="prove"
        >${msg('Sign in again')}</wa-button
      >`;
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: msg('Continue'),
      test: 'prove',
      intro: html`<p class="quiet">${msg('Please enter your password to continue.')}</p> `,
      fields: html`
        <input type="text" autocomplete="username" .value=${account()?.username ?? ''} hidden />
        ${textField({
          name: 'password',
          label: msg('Your password'),
          type: 'password',
          autofocus: true,
          required: true,
          autocomplete: 'current-password',
          maxlength: longest(proofInput.shape.password),
          fault: form.fault('password'),
        })}
        ${
          this.secondFactor
            ? textField({
                name: 'code',
                label: msg('Code from your authenticator app'),
                required: true,
                autocomplete: 'one-time-code',
                maxlength: longest(proofInput.shape.code),
                fault: form.fault('code'),
              })
            : ''
        }
      `,
    });
  }

  protected override async send({ password = '', code }: Record<string, string>) {
    const done = await this.form.submit(() =>
      api.session.prove({ body: { password, ...(code !== undefined && { code }) } }),
    );
    // The second factor was turned on after this dialog opened.
    if (this.form.error?.code === 'second-factor-needed') this.secondFactor = true;
    if (!done) return;
    this.proved = true;
    this.open = false;
  }
}

customElements.define('muster-reauthentication', MusterReauthentication);
