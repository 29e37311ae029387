/**
 * Joins this browser to the server as a device, with the code that an owner made.
 * Fires `paired` with the actor as its detail.
 */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Actor } from '#protocol/session.ts';
import { api } from '../session/api.ts';
import { ClientError } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';
import './brand-mark.ts';

export const CODE_LENGTH = 8;

export class MusterPairing extends LitElement {
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
  /** Why the form is shown again, where there is a reason. */
  declare note: string;
  declare fault: string | null;
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
    return html`<div class="center">
      <form class="card stack" @submit=${this.#submit} data-test="pairing">
        <muster-brand></muster-brand>
        <div>
          <h1>Pair this device</h1>
          <p class="quiet">
            On a signed-in computer open <strong>Devices</strong>, create a pairing code, and type it here.
          </p>
        </div>
        ${
          this.note
            ? html`<div class="note"><wa-icon name="info"></wa-icon><span>${this.note}</span></div>`
            : nothing
        }
        <label class="stack">
          <span class="sr">Pairing code</span>
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
            aria-invalid=${this.fault ? 'true' : 'false'}
            @input=${this.#typed}
          />
        </label>
        ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}
        <wa-button type="submit" variant="brand" size="l" ?loading=${this.busy} @click=${this.#submit}>
          Pair
        </wa-button>
      </form>
    </div>`;
  }

  readonly #typed = (event: InputEvent) => {
    this.code = (event.target as HTMLInputElement).value;
    this.fault = null;
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    if (!this.busy) this.#pair().catch(() => {});
  };

  async #pair() {
    const code = this.code.replace(/[\s-]/g, '').toUpperCase();
    if (code.length !== CODE_LENGTH) {
      this.fault = `The code has ${CODE_LENGTH} characters.`;
      return;
    }
    this.busy = true;
    try {
      const { actor } = await api.pair(code);
      this.dispatchEvent(new CustomEvent<Actor>('paired', { detail: actor }));
    } catch (error) {
      this.fault = ClientError.of(error).message;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('muster-pairing', MusterPairing);
