/**
 * Sends something by mail and says what became of it. On a server that sends no mail its content is shown instead, if there is
 * any. With `asks`, the reader enters the address.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { allowed } from '../app/session.ts';
import { api } from '../session/api.ts';
import { reportUnexpected } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';
import { alert } from './alert.ts';
import { FormState, formValues } from './form-state.ts';
import { formStyles } from './form.styles.ts';
import { Loaded } from './loaded.ts';
import { MusterElement } from './muster-element.ts';
import { textField } from './text-field.ts';

export class MusterMailButton extends MusterElement {
  static override properties = {
    label: {},
    to: {},
    asks: { type: Boolean },
    send: { attribute: false },
    sentTo: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
      }
      .field {
        flex: 1 1 14rem;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare label: string;
  /** The address, where it is known. */
  declare to: string;
  declare asks: boolean;
  declare send: (to: string) => Promise<unknown>;
  /** Null until something was sent. */
  declare sentTo: string | null;
  readonly #mail = new Loaded(this, async () => (allowed('reports:read') ? api.mail.get() : null));
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.label = '';
    this.to = '';
    this.asks = false;
    this.send = async () => {};
    this.sentTo = null;
  }

  override render() {
    if (!this.#mail.value?.configured) return html`<slot></slot>`;
    if (this.sentTo !== null) {
      return html`<p role="status" data-test="mail-sent">
        ${this.sentTo === '' ? msg('Sent.') : msg(str`Sent to ${this.sentTo}.`)}
      </p>`;
    }
    const { busy, message } = this.#form;
    return html`<form
      novalidate
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        // The button may stand inside another form's dialog.
        event.stopPropagation();
        this.#send(event.target as HTMLFormElement).catch(reportUnexpected);
      }}
    >
      ${
        this.asks
          ? textField({
              name: 'to',
              type: 'email',
              label: msg('Email'),
              maxlength: 254,
              fault: this.#form.fault('to'),
            })
          : nothing
      }
      <wa-button type="submit" size="s" appearance="outlined" ?loading=${busy} data-test="send-mail">
        <wa-icon slot="start" name="mail"></wa-icon>${this.label}
      </wa-button>
      ${alert(message)}
    </form>`;
  }

  async #send(form: HTMLFormElement) {
    const { to = this.to } = formValues(form);
    const sent = await this.#form.submit(async () => {
      await this.send(to);
      return true;
    });
    if (sent) this.sentTo = to;
  }
}

customElements.define('muster-mail-button', MusterMailButton);
