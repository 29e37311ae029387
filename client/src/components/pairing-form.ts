/**
 * Makes this browser a device of the server, with the code that an owner created.
 * Fires `paired` with the actor as its detail.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { PAIRING_LIMITS } from '#protocol/limits.ts';
import type { Actor } from '#protocol/session.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { MusterElement } from './muster-element.ts';
import { shared } from '../styles/shared.ts';
import './brand-mark.ts';
import { number } from '../locales/intl.ts';
import { errorText } from './error-text.ts';
import './language-choice.ts';

const { codeLength: CODE_LENGTH } = PAIRING_LIMITS;

export class MusterPairing extends MusterElement {
  static override properties = {
    note: {},
    fault: { state: true },
    busy: { state: true },
    code: { state: true },
  };
  static override styles = [
    shared,
    css`
      .code {
        width: 100%;
        border: 2px solid var(--m-line-strong);
        border-radius: var(--m-radius);
        background: var(--m-surface);
        color: var(--m-text);
        font:
          650 clamp(1.6rem, 7vw, 2.1rem) / 1 ui-monospace,
          'SF Mono',
          'Cascadia Mono',
          monospace;
        letter-spacing: 0.16em;
        text-align: center;
        text-transform: uppercase;
        padding: 1.05rem 0.5rem;
        transition: border-color var(--m-quick);
      }
      .code::placeholder {
        color: var(--m-line-strong);
      }
      .code:focus-visible {
        outline: none;
        border-color: var(--m-accent);
      }
      .code[aria-invalid='true'] {
        border-color: var(--m-danger);
      }
      .fault {
        color: var(--m-danger);
        font-weight: 550;
      }
      .note {
        display: flex;
        gap: 0.6rem;
        padding: 0.8rem 1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
        color: var(--m-already);
        font-weight: 550;
        font-size: 0.9375rem;
      }
      .note wa-icon {
        margin-top: 0.25em;
        flex: none;
      }
    `,
  ];
  /** Why the form is shown again; empty when it is shown for the first time. */
  declare note: string;
  declare fault: 'length' | ClientError | null;
  declare busy: boolean;
  declare code: string;

  constructor() {
    super();
    this.note = '';
    this.fault = null;
    this.busy = false;
    this.code = (new URLSearchParams(location.search).get('code') ?? '').slice(0, CODE_LENGTH + 1);
  }

  override render() {
    const fault = this.#fault();
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="pairing">
        <muster-brand></muster-brand>
        <div>
          <h1>${msg('Pair this device')}</h1>
          <p class="quiet">
            ${msg(html`On a computer where you are signed in, open <strong>Devices</strong> and create a pairing code.`)}
          </p>
        </div>
        ${
          this.note
            ? html`<div class="note"><wa-icon name="info"></wa-icon><span>${this.note}</span></div>`
            : nothing
        }
        <label class="stack">
          <span class="sr">${msg('Pairing code')}</span>
          <input
            class="code"
            name="code"
            data-test="code"
            .value=${this.code}
            maxlength="9"
            placeholder="••••••••"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            required
            aria-invalid=${fault ? 'true' : 'false'}
            @input=${this.#typed}
          />
        </label>
        ${fault ? html`<p class="fault" role="alert">${fault}</p>` : nothing}
        <wa-button type="submit" variant="brand" size="l" ?loading=${this.busy} @click=${this.#submit}>
          ${msg('Pair')}
        </wa-button>
        <muster-language-choice></muster-language-choice>
      </form>
    </div>`;
  }

  #fault(): string {
    if (this.fault === 'length') return msg(str`The code has ${number(CODE_LENGTH)} characters.`);
    return this.fault ? errorText(this.fault) : '';
  }

  readonly #typed = (event: InputEvent) => {
    this.code = (event.target as HTMLInputElement).value;
    this.fault = null;
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    if (!this.busy) this.#pair().catch(reportUnexpected);
  };

  async #pair() {
    const code = this.code.replace(/[\s-]/g, '').toUpperCase();
    if (code.length !== CODE_LENGTH) {
      this.fault = 'length';
      return;
    }
    this.busy = true;
    try {
      const { actor } = await api.device.pair({ body: { code } });
      this.dispatchEvent(new CustomEvent<Actor>('paired', { detail: actor }));
    } catch (error) {
      this.fault = ClientError.of(error);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('muster-pairing', MusterPairing);
