/** Turns the second factor on and off. Fires `changed`. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/qr-code/qr-code.js';
import type { SecondFactorOffer } from '#protocol/accounts.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';

export class MusterSecondFactor extends LitElement {
  static override properties = {
    recoveryCodes: { attribute: false },
    offer: { state: true },
    codes: { state: true },
    open: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    shownOnceStyles,
    css`
      .made {
        display: grid;
        gap: 1rem;
      }
      .qr {
        justify-self: center;
        padding: 0.9rem;
        border-radius: var(--m-radius);
        background: #fff;
        line-height: 0;
        border: 1px solid var(--m-line);
      }
    `,
  ];
  /** How many are left; null: the second factor is off. */
  declare recoveryCodes: number | null;
  declare offer: SecondFactorOffer | null;
  declare codes: readonly string[] | null;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.recoveryCodes = null;
    this.offer = null;
    this.codes = null;
    this.open = false;
  }

  override render() {
    const on = this.recoveryCodes !== null;
    return html`<section class="card stack" data-test="second-factor">
        <div class="head">
          <h2>Second factor</h2>
          <span class="chip ${on ? 'good' : ''}" data-test="second-factor-state">${on ? 'On' : 'Off'}</span>
        </div>
        <p class="quiet">
          ${
            on
              ? `A one-time code is asked for when you sign in. ${left(this.recoveryCodes ?? 0)}`
              : 'With it, your password alone does not let anybody in: an app on your phone makes a code for each sign-in.'
          }
        </p>
        <div class="row end">
          ${
            on
              ? html`<wa-button appearance="outlined" @click=${this.#turnOff} data-test="turn-off"
                    >Turn off</wa-button
                  >
                  <wa-button appearance="outlined" @click=${this.#newCodes} data-test="new-codes">
                    New recovery codes
                  </wa-button>`
              : html`<wa-button variant="brand" @click=${this.#begin} data-test="turn-on">Turn on</wa-button>`
          }
        </div>
      </section>
      <wa-dialog
        label=${this.codes ? 'Recovery codes' : 'Turn on the second factor'}
        .open=${this.open}
        @wa-after-hide=${this.#closed}
        data-test="second-factor-dialog"
      >
        ${this.codes ? this.#codesStep(this.codes) : this.offer ? this.#offerStep(this.offer) : nothing}
      </wa-dialog>
      <muster-confirm></muster-confirm>`;
  }

  #offerStep({ secret, uri }: SecondFactorOffer) {
    const form = this.#form;
    return html`<form class="made" id="confirm" @submit=${this.#submit}>
        <p class="quiet">Scan this with an authenticator app, or type the secret into it.</p>
        <div class="qr">
          <wa-qr-code
            value=${uri}
            label="Secret for the authenticator app"
            size="180"
            fill="#12141c"
            background="#ffffff"
          ></wa-qr-code>
        </div>
        ${shownOnce(secret.replaceAll(/.{4}(?=.)/g, '$& '), 'Copy the secret')} ${alert(form.message)}
        ${textField({
          name: 'code',
          autofocus: true,
          label: 'Code that the app shows',
          required: true,
          autocomplete: 'one-time-code',
          maxlength: 16,
          fault: form.fault('code'),
        })}
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${this.#close}>Cancel</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${form.busy}
        @click=${this.#send}
        data-test="confirm-code"
      >
        Turn on
      </wa-button>`;
  }

  #codesStep(codes: readonly string[]) {
    return html`<div class="made">
        <p class="quiet">
          Keep these where you find them without your phone. Each signs you in once, in place of a code of the
          app. They are not shown again.
        </p>
        ${shownOnce(codes.join('\n'), 'Copy the recovery codes')}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.#close} data-test="kept"
        >I have kept them</wa-button
      >`;
  }

  readonly #close = () => {
    this.open = false;
  };

  readonly #closed = (event: Event) => {
    if (event.target !== event.currentTarget) return;
    this.open = false;
    this.offer = null;
    this.codes = null;
    this.#form.clear();
    this.dispatchEvent(new Event('changed'));
  };

  readonly #begin = () => {
    this.#show(async () => {
      this.offer = await accountApi.offerSecondFactor();
    }).catch(toastError);
  };

  readonly #newCodes = () => {
    this.#show(async () => {
      this.codes = (await accountApi.newRecoveryCodes()).recoveryCodes;
    }).catch(toastError);
  };

  async #show(load: () => Promise<void>) {
    await load();
    this.open = true;
  }

  readonly #turnOff = () => {
    this.#askAndTurnOff().catch(toastError);
  };

  async #askAndTurnOff() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: 'Turn off the second factor?',
      text: 'Your password alone will sign you in. You are signed out everywhere else.',
      act: 'Turn off',
    });
    if (!sure) return;
    await accountApi.removeSecondFactor();
    toast('The second factor is off');
    this.dispatchEvent(new Event('changed'));
  }

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#confirm')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#confirm(event.target as HTMLFormElement).catch(() => {});
  };

  async #confirm(form: HTMLFormElement) {
    const { code = '' } = formValues(form);
    const done = await this.#form.submit(() => accountApi.confirmSecondFactor(code.replaceAll(/\s/g, '')));
    if (done) this.codes = done.recoveryCodes;
  }
}

function left(codes: number): string {
  if (codes === 0) return 'No recovery code is left: make new ones.';
  return `${codes} recovery ${codes === 1 ? 'code is' : 'codes are'} left.`;
}

customElements.define('muster-second-factor', MusterSecondFactor);
