/**
 * The questions of a guided capture: the time is over, the face is known already, something was refused.
 * Fires `go-on`, `start-over`, `save-now`, `again`, and `override` with the reason as its detail.
 */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import type { PoseBin } from '#protocol/face.ts';
import type { ClientError } from '../../session/client-error.ts';
import type { CapturePhase } from '../../session/guided-capture.ts';
import { shared } from '../../styles/shared.ts';
import { duplicateOf } from './duplicate.ts';
import { binList } from './instruction.ts';

const LEAST_REASON = 3;

export class MusterCaptureDialogs extends LitElement {
  static override properties = {
    phase: { attribute: false },
    acceptable: { type: Boolean },
    missing: { attribute: false },
    reason: { state: true },
  };
  static override styles = [
    shared,
    css`
      p {
        line-height: 1.55;
      }
      wa-dialog::part(close-button) {
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
  declare acceptable: boolean;
  declare missing: readonly PoseBin[];
  declare reason: string;

  constructor() {
    super();
    this.phase = { phase: 'starting' };
    this.acceptable = false;
    this.missing = [];
    this.reason = '';
  }

  override render() {
    const { phase } = this;
    const duplicate = phase.phase === 'refused' && phase.error.code === 'duplicate-face';
    return html`${phase.phase === 'timed-out' ? this.#timeOut() : nothing}
    ${duplicate ? this.#duplicate(phase.error) : nothing}
    ${phase.phase === 'refused' && !duplicate ? this.#refused(phase.error) : nothing}`;
  }

  #timeOut() {
    return html`<wa-dialog label="Time is up" open @wa-hide=${keepOpen} data-test="timed-out">
      <p>
        ${
          this.acceptable
            ? html`What was captured is good enough. Missing: ${binList(this.missing)}.`
            : 'Take another moment, or start over from the first angle. Nothing is lost by going on.'
        }
      </p>
      <wa-button
        slot="footer"
        appearance="outlined"
        @click=${this.#fire('start-over')}
        data-test="start-over"
      >
        Start over
      </wa-button>
      <wa-button
        slot="footer"
        variant=${this.acceptable ? 'neutral' : 'brand'}
        appearance=${this.acceptable ? 'outlined' : 'accent'}
        @click=${this.#fire('go-on')}
        data-test="go-on"
      >
        Go on
      </wa-button>
      ${
        this.acceptable
          ? html`<wa-button slot="footer" variant="brand" @click=${this.#fire('save-now')}
              >Save now</wa-button
            >`
          : nothing
      }
    </wa-dialog>`;
  }

  #duplicate(error: ClientError) {
    const { name, note } = duplicateOf(error);
    const ready = this.reason.trim().length >= LEAST_REASON;
    return html`<wa-dialog label="This face is known already" open @wa-hide=${keepOpen} data-test="duplicate">
      <div class="stack">
        <div class="known"><b data-test="duplicate-name">${name}</b>${note}</div>
        <p>
          Nothing was saved. If these are two people, twins say, write down why, and save all the same. Your
          name is recorded with the reason.
        </p>
        <wa-textarea
          label="Reason"
          rows="2"
          maxlength="500"
          .value=${this.reason}
          @input=${(e: Event) => (this.reason = (e.target as HTMLTextAreaElement).value)}
          data-test="reason"
        ></wa-textarea>
      </div>
      <wa-button slot="footer" appearance="outlined" href="/people">Do not save</wa-button>
      <wa-button
        slot="footer"
        variant="danger"
        ?disabled=${!ready}
        @click=${() => {
          this.dispatchEvent(new CustomEvent('override', { detail: this.reason.trim() }));
        }}
        data-test="override"
      >
        Save all the same
      </wa-button>
    </wa-dialog>`;
  }

  #refused(error: ClientError) {
    return html`<wa-dialog label="This did not work" open @wa-hide=${keepOpen} data-test="refused">
      <p>${error.message}</p>
      <wa-button slot="footer" appearance="outlined" href="/people">Leave</wa-button>
      <wa-button slot="footer" variant="brand" @click=${this.#fire('again')}>Start over</wa-button>
    </wa-dialog>`;
  }

  #fire(name: 'go-on' | 'start-over' | 'save-now' | 'again') {
    return () => this.dispatchEvent(new Event(name));
  }
}

/** These wait for an answer: neither Escape nor the cross nor a click beside them is one. They go by not being rendered. */
const keepOpen = (event: Event) => event.preventDefault();

customElements.define('muster-capture-dialogs', MusterCaptureDialogs);
