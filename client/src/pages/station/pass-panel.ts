/**
 * Checking in without a face: number and PIN on a keypad, or a badge in front of the camera. Fires `punched` with the
 * result, `kept` when the server did not answer and the station keeps it until then, and `left` when it was closed or left
 * alone.
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { MusterElement } from '../../components/muster-element.ts';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { type Mounting, UPRIGHT } from '#protocol/devices.ts';
import { PASS_LIMITS } from '#protocol/limits.ts';
import type { AttendanceEvent } from '#protocol/results.ts';
import type { Pass } from '#protocol/signaling.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import type { ClaimOutbox } from '../../claims/claim-outbox.ts';
import type { SignalingSocket } from '../../session/socket.ts';
import { BadgeReader } from './badge-reader.ts';
import { keypad, keypadKey } from './keypad.ts';
import { EMPTY, press, type PassEntry } from './pass-entry.ts';
import { PanelKeys } from './panel-keys.ts';
import { styles } from './pass-panel.styles.ts';
import { errorText } from '../../components/error-text.ts';
import { uprightTransform } from '../../components/live-view/picture-geometry.ts';

/** After this time without a key the panel closes, ms: the next person must not see the number of the previous one. */
const PATIENCE = 25_000;

/** A punch without an answer after this is kept, ms; sooner where the server has been silent already. */
const [ANSWER_LIMIT, SILENT_LIMIT] = [8_000, 2_000];

/** A badge that was refused is not sent again before this, ms: wrong attempts are counted. */
const BADGE_PAUSE = 10_000;

export class MusterPassPanel extends MusterElement {
  static override properties = {
    socket: { attribute: false },
    outbox: { attribute: false },
    stream: { attribute: false },
    mounting: { attribute: false },
    way: { state: true },
    letters: { state: true },
    entry: { state: true },
    busy: { state: true },
    fault: { state: true },
  };
  static override styles = styles;
  declare socket: SignalingSocket;
  declare outbox: ClaimOutbox;
  /** The station's camera, for badges; null while it has none. */
  declare stream: MediaStream | null;
  declare mounting: Mounting;
  declare way: 'keypad' | 'badge';
  declare letters: boolean;
  declare entry: PassEntry;
  declare busy: boolean;
  declare fault: ClientError | null;
  #reader: BadgeReader | null = null;
  #badgeTried = { code: '', until: 0 };
  readonly #keys = new PanelKeys(this, {
    press: (key) => this.#press(key),
    leave: () => this.#leave(),
    patience: PATIENCE,
  });
  /** The pass being sent. Its id stays the same until there is an answer, so that it makes only one punch. */
  #request: { id: string; pass: Pass } | null = null;

  constructor() {
    super();
    this.stream = null;
    this.mounting = UPRIGHT;
    this.way = 'keypad';
    this.letters = false;
    this.entry = EMPTY;
    this.busy = false;
    this.fault = null;
  }

  override disconnectedCallback() {
    this.#reader?.stop();
    super.disconnectedCallback();
  }

  /** The panel replaces the button that had the focus: screen readers and the tab key continue here. */
  override firstUpdated() {
    this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
  }

  override updated(changed: Map<string, unknown>) {
    if (!changed.has('way') && !changed.has('stream')) return;
    const video = this.renderRoot.querySelector('video');
    if (!video || !this.stream) {
      this.#reader?.stop();
      this.#reader = null;
      return;
    }
    if (video.srcObject !== this.stream) {
      video.srcObject = this.stream;
      video.play().catch(() => {});
    }
    this.#reader ??= new BadgeReader(video, this.#sawBadge);
    this.#reader.mirrored = this.mounting.mirrored;
    this.#reader.start();
  }

  override render() {
    return html`<div
      class="panel"
      role="dialog"
      aria-modal="true"
      aria-label=${msg('Check in with number or badge')}
      tabindex="-1"
      data-test="pass-panel"
    >
      ${this.way === 'keypad' ? this.#keypad() : this.#badge()}
      <div class="other">
        ${
          this.way === 'keypad'
            ? html`${
                  this.entry.step === 'number'
                    ? html`<button
                        type="button"
                        @click=${() => (this.letters = !this.letters)}
                        data-test="letters"
                      >
                        ${this.letters ? '123' : 'ABC'}
                      </button>`
                    : nothing
                }${this.letters ? keypadKey('Enter', this.#pressing) : nothing}<button
                  type="button"
                  @click=${() => this.#go('badge')}
                  data-test="use-badge"
                >
                  <wa-icon name="qr-code"></wa-icon>${msg('Badge')}
                </button>`
            : html`<button type="button" @click=${() => this.#go('keypad')}>
                <wa-icon name="keypad"></wa-icon>${msg('Number and PIN')}
              </button>`
        }
        <button type="button" @click=${this.#leave} data-test="pass-close">
          <wa-icon name="close"></wa-icon>${msg('Back')}
        </button>
      </div>
    </div>`;
  }

  get #pressing() {
    return { disabled: this.busy, press: (key: string) => this.#press(key) };
  }

  #keypad() {
    const { step, number, pin } = this.entry;
    const dots = '●'.repeat(pin.length) + '○'.repeat(PASS_LIMITS.pinDigits - pin.length);
    const typed = step === 'number' ? number : dots;
    const letters = this.letters && step === 'number';
    return html`<h1>${step === 'number' ? msg('Your number') : msg('Your PIN')}</h1>
      <div class="typed ${typed === '' ? 'empty' : ''}" aria-live="polite" data-test="typed">
        ${typed === '' ? msg('Type it below') : typed}
      </div>
      ${this.#say()} ${keypad(letters, this.#pressing)}`;
  }

  #badge() {
    return html`<h1>${msg('Hold your badge up to the camera')}</h1>
      ${
        this.stream
          ? html`<video
              muted
              playsinline
              style=${styleMap({ transform: uprightTransform(this.mounting, true) })}
            ></video>`
          : html`<p class="say">${msg('The camera is not running. Please use your number and PIN.')}</p>`
      }
      ${this.#say()}`;
  }

  #say() {
    if (this.busy) return html`<p class="say">${msg('One moment …')}</p>`;
    if (!this.fault) return html`<p class="say"></p>`;
    return html`<p class="say" role="alert" data-test="pass-fault">
      ${this.fault.code === 'not-found' ? this.#notFound() : errorText(this.fault)}
      <small>
        ${
          this.fault.code === 'not-found'
            ? msg('After several wrong attempts a number is locked for a while. Ask HR for help.')
            : nothing
        }
      </small>
    </p>`;
  }

  /** The server does not say which of the two was wrong. */
  #notFound(): string {
    return this.way === 'badge' ? msg('This badge is not valid.') : msg('Number and PIN don’t match.');
  }

  /** Called again and again while a badge is in the picture: it is sent once, and after a failure not at once. */
  readonly #sawBadge = (code: string) => {
    if (this.busy || (code === this.#badgeTried.code && performance.now() < this.#badgeTried.until)) return;
    this.#badgeTried = { code, until: performance.now() + BADGE_PAUSE };
    this.#send({ type: 'badge', code });
  };

  #press(key: string) {
    this.#keys.wait();
    if (this.busy) return;
    const { entry, pass } = press(this.entry, key);
    if (entry !== this.entry) this.fault = null;
    if (entry.step !== this.entry.step) this.letters = false;
    this.entry = entry;
    if (pass) this.#send(pass);
  }

  #go(way: 'keypad' | 'badge') {
    this.#keys.wait();
    this.way = way;
    this.fault = null;
    this.entry = EMPTY;
  }

  #send(pass: Pass) {
    this.#keys.wait();
    if (JSON.stringify(this.#request?.pass) !== JSON.stringify(pass)) {
      this.#request = { id: crypto.randomUUID(), pass };
    }
    this.#ask(this.#request!).catch(reportUnexpected);
  }

  async #ask({ id, pass }: { id: string; pass: Pass }) {
    this.busy = true;
    this.fault = null;
    try {
      const limit = this.socket.silent.value ? SILENT_LIMIT : ANSWER_LIMIT;
      const event = await this.socket.request('punch.identify', { requestId: id, pass }, limit);
      this.#request = null;
      this.dispatchEvent(new CustomEvent<AttendanceEvent>('punched', { detail: event }));
    } catch (error) {
      this.fault = ClientError.of(error);
      if (await this.#keep(this.fault, id, pass)) return;
      // Without an answer the punch may exist: then the same request is repeated instead of a new one.
      if (!this.fault.retryable || this.fault.code === 'rate-limited') this.#request = null;
      this.entry = { ...this.entry, pin: '' };
    } finally {
      this.busy = false;
    }
  }

  /** Keeps what the server did not answer. The id stays the same: where the server has booked it unheard, it is one punch. */
  async #keep({ retryable, code }: ClientError, id: string, pass: Pass): Promise<boolean> {
    if (!retryable || code === 'rate-limited' || !this.outbox.able.value) return false;
    try {
      await this.outbox.keep(id, pass);
    } catch (error) {
      this.fault = error instanceof ClientError ? error : this.fault;
      return false;
    }
    this.#request = null;
    this.fault = null;
    this.dispatchEvent(new Event('kept'));
    return true;
  }

  readonly #leave = () => {
    this.dispatchEvent(new Event('left'));
  };
}

customElements.define('muster-pass-panel', MusterPassPanel);
