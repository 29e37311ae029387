/**
 * The questions of a guided capture: the time is up, the face is already enrolled, the server refused something.
 * Fires `go-on`, `start-over`, `save-now`, `again`, `leave`, and `override` and `front-only` with the reason as
 * their detail.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import type { PoseBin } from '#protocol/face.ts';
import type { CaptureDoubt, CaptureMovements } from '#protocol/results.ts';
import { OVERRIDE_REASON } from '#protocol/signaling.ts';
import type { ClientError } from '../../session/client-error.ts';
import type { CapturePhase } from '../../session/guided-capture.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import { duplicateOf } from './duplicate.ts';
import { binList, doubtText } from './instruction.ts';
import { errorText } from '../../components/error-text.ts';
import { number } from '../../locales/intl.ts';

export class MusterCaptureDialogs extends MusterElement {
  static override properties = {
    phase: { attribute: false },
    self: { type: Boolean },
    acceptable: { type: Boolean },
    doubt: { attribute: false },
    movements: { attribute: false },
    frontOnly: { type: Boolean },
    missing: { attribute: false },
    reason: { state: true },
  };
  static override styles = [
    shared,
    css`
      .exception {
        margin-top: 1rem;
      }
      p {
        line-height: 1.55;
      }
      wa-dialog:not([data-test='timed-out'])::part(close-button) {
        display: none;
      }
      .known {
        padding: 0.9rem 1.1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
        color: var(--m-already);
      }
      .known b {
        display: block;
        font-size: 1.25rem;
      }
    `,
  ];
  declare phase: CapturePhase;
  /** The person captures their own face: they can make no exception. */
  declare self: boolean;
  declare acceptable: boolean;
  /** Why a capture with angles enough cannot be saved. */
  declare doubt: CaptureDoubt | null;
  declare movements: CaptureMovements | undefined;
  /** Whether the front is complete, so that it may be enough for a person who cannot turn the head. */
  declare frontOnly: boolean;
  declare missing: readonly PoseBin[];
  declare reason: string;

  constructor() {
    super();
    this.phase = { phase: 'starting' };
    this.self = false;
    this.acceptable = false;
    this.doubt = null;
    this.movements = undefined;
    this.frontOnly = false;
    this.missing = [];
    this.reason = '';
  }

  override render() {
    const { phase } = this;
    const duplicate = phase.phase === 'refused' && phase.error.code === 'duplicate-face';
    const isOver = this.movements?.state === 'exhausted';
    return html`${phase.phase === 'timed-out' ? (isOver ? this.#noMoreTries() : this.#timeOut()) : nothing}
    ${duplicate ? this.#duplicate(phase.error) : nothing}
    ${phase.phase === 'refused' && !duplicate ? this.#refused(phase.error) : nothing}`;
  }

  #timeOut() {
    return html`<wa-dialog label=${msg('Time is up')} open @wa-hide=${this.#dismissed} data-test="timed-out">
      <p>
        ${
          this.acceptable
            ? msg(str`The capture so far is good enough. Missing angles: ${binList(this.missing)}.`)
            : this.doubt
              ? doubtText(this)
              : msg('Take more time, or start over from the first angle. Continuing keeps what was captured.')
        }
      </p>
      ${this.acceptable ? nothing : this.self ? seeHr() : this.frontOnly ? this.#cannotTurn() : nothing}
      <wa-button slot="footer" appearance="plain" @click=${this.#fire('leave')} data-test="leave">
        ${this.#stop()}
      </wa-button>
      <wa-button
        slot="footer"
        appearance="outlined"
        @click=${this.#fire('start-over')}
        data-test="start-over"
      >
        ${msg('Start over')}
      </wa-button>
      <wa-button
        slot="footer"
        variant=${this.acceptable ? 'neutral' : 'brand'}
        appearance=${this.acceptable ? 'outlined' : 'accent'}
        @click=${this.#fire('go-on')}
        data-test="go-on"
      >
        ${msg('Continue')}
      </wa-button>
      ${
        this.acceptable
          ? html`<wa-button slot="footer" variant="brand" @click=${this.#fire('save-now')}
              >${msg('Save now')}</wa-button
            >`
          : nothing
      }
    </wa-dialog>`;
  }

  #noMoreTries() {
    return html`<wa-dialog label=${msg('Please see HR')} open @wa-hide=${keepOpen} data-test="exhausted">
      <p>${doubtText(this)}</p>
      <wa-button slot="footer" variant="brand" @click=${this.#fire('leave')} data-test="leave">
        ${this.#stop()}
      </wa-button>
    </wa-dialog>`;
  }

  #stop(): string {
    return this.self ? msg('Stop for now') : msg('Cancel enrollment');
  }

  #cannotTurn() {
    return html`<wa-details
      class="exception"
      summary=${msg('This person cannot turn their head')}
      data-test="cannot-turn"
    >
      <div class="stack">
        <p>
          ${msg('The front alone is then enough. They may be recognized less reliably from the side. Your name is recorded with the reason.')}
        </p>
        ${this.#reasonField()}
        <wa-button
          variant="brand"
          ?disabled=${!this.#ready}
          @click=${this.#send('front-only')}
          data-test="front-only"
        >
          ${msg('Save the front only')}
        </wa-button>
      </div>
    </wa-details>`;
  }

  #reasonField() {
    return html`<wa-textarea
      label=${msg('Reason')}
      rows="2"
      maxlength=${OVERRIDE_REASON.most}
      .value=${this.reason}
      @input=${(e: Event) => (this.reason = (e.target as HTMLTextAreaElement).value)}
      data-test="reason"
    ></wa-textarea>`;
  }

  get #ready(): boolean {
    return this.reason.trim().length >= OVERRIDE_REASON.least;
  }

  #send(name: 'override' | 'front-only') {
    return () => {
      this.dispatchEvent(new CustomEvent(name, { detail: this.reason.trim() }));
      // Another question needs a reason of its own.
      this.reason = '';
    };
  }

  #duplicate(error: ClientError) {
    const { displayName, similarity } = duplicateOf(error);
    return html`<wa-dialog
      label=${msg('This face is already enrolled')}
      open
      @wa-hide=${keepOpen}
      data-test="duplicate"
    >
      <div class="stack">
        <div class="known">
          <b data-test="duplicate-name">${displayName}</b
          >${msg(str`Similarity ${number(similarity, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`)}
        </div>
        <p>
          ${msg('Nothing was saved. If they really are two people (twins, for example), give a reason and save anyway. Your name is recorded with the reason.')}
        </p>
        ${this.#reasonField()}
      </div>
      <wa-button slot="footer" appearance="outlined" @click=${this.#fire('leave')} data-test="leave"
        >${msg('Don’t save')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="danger"
        ?disabled=${!this.#ready}
        @click=${this.#send('override')}
        data-test="override"
      >
        ${msg('Save anyway')}
      </wa-button>
    </wa-dialog>`;
  }

  #refused(error: ClientError) {
    return html`<wa-dialog label=${msg('Something went wrong')} open @wa-hide=${keepOpen} data-test="refused">
      <p>${errorText(error)}</p>
      <wa-button slot="footer" appearance="outlined" @click=${this.#fire('leave')}>${this.#stop()}</wa-button>
      <wa-button slot="footer" variant="brand" @click=${this.#fire('again')}>${msg('Start over')}</wa-button>
    </wa-dialog>`;
  }

  /** Closing this dialog is the answer that loses nothing: the capture continues. */
  readonly #dismissed = (event: Event) => {
    // What folds inside the dialog fires this event too.
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    this.dispatchEvent(new Event('go-on'));
  };

  #fire(name: 'leave' | 'go-on' | 'start-over' | 'save-now' | 'again') {
    return () => this.dispatchEvent(new Event(name));
  }
}

function seeHr() {
  return html`<p class="exception quiet">${msg('If you cannot turn your head, please see HR.')}</p>`;
}

/** The other dialogs need an answer: Escape or a click outside does not close them. They close when they are no longer rendered. */
const keepOpen = (event: Event) => event.preventDefault();

customElements.define('muster-capture-dialogs', MusterCaptureDialogs);
