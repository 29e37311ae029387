/** Says that the clock of a server was set, until somebody has seen it. Fires `acknowledged`. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ClockStepView } from '#protocol/health.ts';
import { allowed } from '../app/session.ts';
import { toastError } from '../app/toasts.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';
import { clockSetText } from './clock-text.ts';
import { MusterElement } from './muster-element.ts';

export class MusterClockNotice extends MusterElement {
  static override properties = { step: { attribute: false }, busy: { state: true } };
  static override styles = [
    shared,
    css`
      .card {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem 1rem;
        padding: 1rem 1.25rem;
      }
      .text {
        flex: 1 1 18rem;
        display: grid;
        gap: 0.25rem;
      }
      wa-icon {
        flex: none;
        font-size: 1.4rem;
        color: var(--m-warn);
      }
    `,
  ];
  declare step: ClockStepView;
  declare busy: boolean;

  constructor() {
    super();
    this.busy = false;
  }

  override render() {
    return html`<section class="card" role="status" data-test="clock-notice">
      <wa-icon name="clock"></wa-icon>
      <div class="text">
        <strong>${clockSetText(this.step)}</strong>
        <span class="small quiet"
          >${msg('Punches around this time are marked: look whether their times are right, and correct those that are not. If nobody set the clock on purpose, check the time synchronization of the server.')}</span
        >
      </div>
      ${
        allowed('settings:write')
          ? html`<wa-button
              size="s"
              appearance="outlined"
              ?loading=${this.busy}
              @click=${() => this.#acknowledge().catch(toastError)}
              data-test="acknowledge-clock"
              >${msg('I have seen it')}</wa-button
            >`
          : nothing
      }
    </section>`;
  }

  async #acknowledge() {
    this.busy = true;
    try {
      await api.clock.acknowledge({ params: { id: this.step.id } });
      this.dispatchEvent(new Event('acknowledged'));
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('muster-clock-notice', MusterClockNotice);
