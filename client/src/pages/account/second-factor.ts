/** Turns two-factor authentication on and off for the reader's own account. Fires `changed`. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import type { SecondFactorOffer } from '#protocol/accounts.ts';
import { codeInput } from '#protocol/accounts.ts';
import { longest } from '../../components/longest.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { qrCode, qrStyles } from '../../components/qr-code.ts';

export class MusterSecondFactor extends MusterElement {
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
    qrStyles,
    css`
      .made {
        display: grid;
        gap: 1rem;
      }
    `,
  ];
  /** How many are left; null while two-factor authentication is off. */
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
          <h2>${msg('Two-factor authentication')}</h2>
          <span class="chip ${on ? 'good' : ''}" data-test="second-factor-state"
            >${on ? msg('On') : msg('Off')}</span
          >
        </div>
        <p class="quiet">
          ${
            on
              ? html`${msg('You enter a one-time code when you sign in.')} ${left(this.recoveryCodes ?? 0)}`
              : msg(
                  'An app on your phone shows a new code for each sign-in. Your password alone is then not enough to sign in.',
                )
          }
        </p>
        <div class="row end">
          ${
            on
              ? html`<wa-button appearance="outlined" @click=${this.#turnOff} data-test="turn-off">
                    ${msg('Turn off')}
                  </wa-button>
                  <wa-button appearance="outlined" @click=${this.#newCodes} data-test="new-codes">
                    ${msg('New recovery codes')}
                  </wa-button>`
              : html`<wa-button variant="brand" @click=${this.#begin} data-test="turn-on"
                  >${msg('Turn on')}</wa-button
                >`
          }
        </div>
      </section>
      <wa-dialog
        label=${this.codes ? msg('Recovery codes') : msg('Turn on two-factor authentication')}
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
        <p class="quiet">${msg('Scan this with an authenticator app, or type the secret into the app.')}</p>
        ${qrCode(uri, msg('Secret for the authenticator app'))}
        ${shownOnce(secret.replaceAll(/.{4}(?=.)/g, '$& '), msg('Copy secret'))} ${alert(form.message)}
        ${textField({
          name: 'code',
          autofocus: true,
          label: msg('Code shown in the app'),
          required: true,
          autocomplete: 'one-time-code',
          maxlength: longest(codeInput.shape.code),
          fault: form.fault('code'),
        })}
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${this.#close}>${msg('Cancel')}</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${form.busy}
        @click=${this.#send}
        data-test="confirm-code"
      >
        ${msg('Turn on')}
      </wa-button>`;
  }

  #codesStep(codes: readonly string[]) {
    return html`<div class="made">
        <p class="quiet">
          ${msg('Keep these codes where you can find them without your phone. Each one works once, instead of a code from the app. They are not shown again.')}
        </p>
        ${shownOnce(codes.join('\n'), msg('Copy recovery codes'))}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.#close} data-test="kept">
        ${msg("I've saved them")}
      </wa-button>`;
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
      this.offer = await api.account.offerSecondFactor();
    }).catch(toastError);
  };

  readonly #newCodes = () => {
    this.#show(async () => {
      this.codes = (await api.account.renewRecoveryCodes()).recoveryCodes;
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
      title: msg('Turn off two-factor authentication?'),
      text: msg('You will sign in with your password alone. You are signed out everywhere else.'),
      act: msg('Turn off'),
    });
    if (!sure) return;
    await api.account.removeSecondFactor();
    toast(msg('Two-factor authentication is off'));
    this.dispatchEvent(new Event('changed'));
  }

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#confirm')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#confirm(event.target as HTMLFormElement).catch(reportUnexpected);
  };

  async #confirm(form: HTMLFormElement) {
    const { code = '' } = formValues(form);
    const done = await this.#form.submit(() =>
      api.account.confirmSecondFactor({ body: { code: code.replaceAll(/\s/g, '') } }),
    );
    if (done) this.codes = done.recoveryCodes;
  }
}

function left(codes: number): string {
  if (codes === 0) return msg('No recovery codes are left: create new ones.');
  const amount = number(codes);
  return plural(codes, {
    one: msg('1 recovery code is left.'),
    other: msg(str`${amount} recovery codes are left.`),
  });
}

customElements.define('muster-second-factor', MusterSecondFactor);
