/** Asks whoever is signed in for the password again, before an act that needs it; one dialog for all pages. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { account } from '../app/session.ts';
import type { ProofNeeded } from '../session/api.ts';
import { accountApi } from '../session/account-api.ts';
import { shared } from '../styles/shared.ts';
import { alert } from './alert.ts';
import { FormState, formValues } from './form-state.ts';
import { formStyles } from './form.styles.ts';
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

class MusterReauthentication extends LitElement {
  static override properties = {
    password: { type: Boolean },
    secondFactor: { type: Boolean },
    open: { state: true },
  };
  static override styles = [shared, formStyles];
  /** False of an account that has none: it proves itself where it signs in. */
  declare password: boolean;
  declare secondFactor: boolean;
  declare open: boolean;
  proved = false;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.password = true;
    this.secondFactor = false;
    this.open = true;
  }

  override render() {
    return html`<wa-dialog
      label="Is it still you?"
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="reauthentication"
    >
      ${this.password ? this.#fields() : this.#provider()}
    </wa-dialog>`;
  }

  #provider() {
    const path = providerPath(`?return=${encodeURIComponent(location.pathname)}`, { proof: true });
    return html`<p class="quiet">
        This act needs you to sign in again where you signed in. Come back to this page, and do it once more.
      </p>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" href=${path} data-test="prove">Sign in again</wa-button>`;
  }

  #fields() {
    const form = this.#form;
    return html`<form class="stack" id="proof" @submit=${this.#submit}>
        <p class="quiet">This act needs your password again: the last time was a while ago.</p>
        ${alert(form.message)}
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
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${form.busy} @click=${this.#send} data-test="prove">
        Go on
      </wa-button> `;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#proof')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#prove(event.target as HTMLFormElement).catch(() => {});
  };

  async #prove(element: HTMLFormElement) {
    const { password = '', code } = formValues(element);
    const done = await this.#form.submit(() =>
      accountApi.prove({ password, ...(code !== undefined && { code }) }),
    );
    // Turned on elsewhere since this dialog was opened.
    if (this.#form.error?.code === 'second-factor-needed') this.secondFactor = true;
    if (!done) return;
    this.proved = true;
    this.open = false;
  }
}

customElements.define('muster-reauthentication', MusterReauthentication);
