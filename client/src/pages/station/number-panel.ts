/**
 * The number of a person whose face was recognized as one of two: it says which. Fires `punched` with the result, and `left`
 * when it was closed or left alone.
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AttendanceEvent } from '#protocol/results.ts';
import { errorText } from '../../components/error-text.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import type { SignalingSocket } from '../../session/socket.ts';
import { keypad, keypadKey } from './keypad.ts';
import { typeNumber } from './pass-entry.ts';
import { PanelKeys } from './panel-keys.ts';
import { styles } from './pass-panel.styles.ts';

/** After this time without a key the panel closes, ms: the next person must not answer for the one before. */
const PATIENCE = 20_000;

export class MusterNumberPanel extends MusterElement {
  static override properties = {
    socket: { attribute: false },
    ask: { attribute: false },
    number: { state: true },
    letters: { state: true },
    busy: { state: true },
    fault: { state: true },
  };
  static override styles = styles;
  declare socket: SignalingSocket;
  /** The question that the number answers (`ObservedFace.ask`). */
  declare ask: string;
  declare number: string;
  declare letters: boolean;
  declare busy: boolean;
  declare fault: ClientError | null;
  readonly #keys = new PanelKeys(this, {
    press: (key) => this.#press(key),
    leave: () => this.#leave(),
    patience: PATIENCE,
  });

  constructor() {
    super();
    this.number = '';
    this.letters = false;
    this.busy = false;
    this.fault = null;
  }

  /** The panel replaces the button that had the focus: screen readers and the tab key continue here. */
  override firstUpdated() {
    this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
  }

  /** No further number is taken. */
  get #over(): boolean {
    return this.fault?.code === 'wrong-state';
  }

  override render() {
    const pressing = { disabled: this.busy || this.#over, press: (key: string) => this.#press(key) };
    return html`<div
      class="panel"
      role="dialog"
      aria-modal="true"
      aria-label=${msg('Your number')}
      tabindex="-1"
      data-test="number-panel"
    >
      <h1>${msg('Your number')}</h1>
      <div class="typed ${this.number === '' ? 'empty' : ''}" aria-live="polite" data-test="typed">
        ${this.number === '' ? msg('Type it below') : this.number}
      </div>
      ${this.#say()} ${keypad(this.letters, pressing)}
      <div class="other">
        <button type="button" @click=${() => (this.letters = !this.letters)} data-test="letters">
          ${this.letters ? '123' : 'ABC'}
        </button>
        ${this.letters ? keypadKey('Enter', pressing) : nothing}
        <button type="button" @click=${this.#leave} data-test="number-close">
          <wa-icon name="close"></wa-icon>${msg('Back')}
        </button>
      </div>
    </div>`;
  }

  #say() {
    if (this.busy) return html`<p class="say">${msg('One moment …')}</p>`;
    if (!this.fault) {
      return html`<p class="say calm">${msg('Your face was recognized. Nothing else is needed.')}</p>`;
    }
    return html`<p class="say" role="alert" data-test="number-fault">
      ${this.fault.code === 'not-found' ? msg('This is not the number of the person at the camera.') : errorText(this.fault)}
    </p>`;
  }

  #press(key: string) {
    this.#keys.wait();
    if (this.busy || this.#over) return;
    if (key === 'Enter') {
      if (this.number.trim() !== '') this.#send(this.number.trim()).catch(reportUnexpected);
      return;
    }
    const number = typeNumber(this.number, key);
    if (number !== this.number) this.fault = null;
    this.number = number;
  }

  async #send(number: string) {
    this.busy = true;
    this.fault = null;
    try {
      const event = await this.socket.request('punch.tell-apart', { ask: this.ask, number });
      this.dispatchEvent(new CustomEvent<AttendanceEvent>('punched', { detail: event }));
    } catch (error) {
      this.fault = ClientError.of(error);
      if (this.fault.code === 'not-found') this.number = '';
    } finally {
      this.busy = false;
    }
  }

  readonly #leave = () => {
    this.dispatchEvent(new Event('left'));
  };
}

customElements.define('muster-number-panel', MusterNumberPanel);
