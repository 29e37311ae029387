/**
 * One result, readable from two meters, with one tap for each other thing that the passing may have meant.
 * Attributes for tests: `data-result` (checked-in, checked-out, …) and `data-person` on the host.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import { MusterElement } from '../../components/muster-element.ts';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AttendanceEvent } from '#protocol/results.ts';
import type { PunchKind } from '#protocol/attendance.ts';
import { errorText } from '../../components/error-text.ts';
import { cardStyles } from './card.styles.ts';
import { outcome } from './outcome.ts';

/** Sends what the person said; rejects where the server refuses it. */
export type Say = (event: AttendanceEvent, says: PunchKind) => Promise<void>;

export class MusterResultCard extends MusterElement {
  static override properties = {
    event: { attribute: false },
    say: { attribute: false },
    times: { type: Boolean },
    saying: { state: true },
    problem: { state: true },
  };
  static override styles = [
    cardStyles,
    css`
      :host {
        animation: arrive 420ms cubic-bezier(0.2, 1.15, 0.35, 1);
      }
      :host([data-kind='in']) {
        --fill: linear-gradient(135deg, #0d8a55, #06653d);
      }
      :host([data-kind='out']) {
        --fill: linear-gradient(135deg, #4d5be6, #3039ac);
      }
      :host([data-kind='seen']) {
        --fill: linear-gradient(135deg, #0b7285, #07505e);
      }
      :host([data-kind='saved']) {
        --fill: linear-gradient(135deg, #3f5163, #28353f);
      }
      :host([data-kind='unsaved']) {
        --fill: linear-gradient(135deg, #b3261e, #7d1611);
      }
      :host([data-kind='already']) {
        --fill: linear-gradient(135deg, #96600a, #6f4300);
      }
      .disc {
        font-size: clamp(1.8rem, 5.2vmin, 4.8rem);
        animation: pop 520ms 60ms cubic-bezier(0.2, 1.5, 0.4, 1) backwards;
      }
      b {
        font-size: clamp(1.9rem, 6.4vmin, 6rem);
        letter-spacing: -0.035em;
        line-height: 1.04;
        overflow: hidden;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow-wrap: anywhere;
        padding-bottom: 0.06em;
      }
      span {
        margin-top: 0.18em;
        font-size: clamp(1.25rem, 3.9vmin, 3.6rem);
        font-weight: 560;
        letter-spacing: -0.02em;
        line-height: 1.15;
        font-variant-numeric: tabular-nums;
      }
      .note {
        display: flex;
        align-items: center;
        gap: 0.5em;
        font-size: clamp(1rem, 2.5vmin, 2.1rem);
        letter-spacing: -0.01em;
        color: #ffe3a6;
      }
      .offers {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        gap: clamp(0.6rem, 1.6vmin, 1.2rem);
      }
      .offers button {
        flex: 1 1 9em;
        min-height: clamp(3.4rem, 8.5vmin, 7rem);
        padding: 0.3em 1em;
        border: 2px solid rgb(255 255 255 / 55%);
        border-radius: clamp(14px, 2.2vmin, 26px);
        background: rgb(0 0 0 / 22%);
        color: #fff;
        font: inherit;
        font-size: clamp(1.15rem, 3.2vmin, 2.8rem);
        font-weight: 650;
        letter-spacing: -0.015em;
        cursor: pointer;
        /* The rest of the card lets touches through to the picture. */
        pointer-events: auto;
      }
      .offers button:hover {
        background: rgb(0 0 0 / 36%);
      }
      .offers button:focus-visible {
        outline: 4px solid #fff;
        outline-offset: 3px;
      }
      .offers button:disabled {
        opacity: 0.6;
        cursor: default;
      }
      /* Several at once: each is a little smaller. */
      :host([data-crowded]) b {
        font-size: clamp(1.5rem, 4.2vmin, 4rem);
      }
      :host([data-crowded]) span:not(.note) {
        font-size: clamp(1.05rem, 2.8vmin, 2.6rem);
      }
      :host([data-crowded]) .disc {
        width: clamp(2.8rem, 7vmin, 6.5rem);
        font-size: clamp(1.4rem, 3.5vmin, 3.2rem);
      }
      :host([data-crowded]) .offers button {
        min-height: clamp(3rem, 6vmin, 5rem);
        font-size: clamp(1rem, 2.4vmin, 2rem);
      }
      :host([data-crowded]) {
        padding-block: clamp(0.7rem, 1.6vmin, 1.5rem);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(28px) scale(0.97);
        }
      }
      @keyframes pop {
        from {
          transform: scale(0.4);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        :host,
        .disc {
          animation: none;
        }
      }
    `,
  ];
  declare event: AttendanceEvent;
  declare say: Say;
  /** Whether the time of the punch is shown. */
  declare times: boolean;
  /** What was tapped, until the server has answered. */
  declare saying: PunchKind | null;
  /** Why the last tap changed nothing. */
  declare problem: unknown;

  constructor() {
    super();
    this.times = true;
    this.saying = null;
    this.problem = null;
  }

  override willUpdate() {
    this.dataset['result'] = this.event.result;
    this.dataset['person'] = this.event.person.name;
    this.dataset['kind'] = outcome(this.event).kind;
    this.toggleAttribute('data-doubtful', this.event.doubtful === true);
  }

  override render() {
    const { icon, text, note } = outcome(this.event, this.times);
    const { name } = this.event.person;
    return html`<div class="disc"><wa-icon name=${icon}></wa-icon></div>
      <div>
        ${name === '' ? html`<b>${text}</b>` : html`<b>${name}</b><span>${text}</span>`}
        ${
          note === null
            ? nothing
            : html`<span class="note"><wa-icon name="circle-alert"></wa-icon>${note}</span>`
        }
        ${
          this.problem === null
            ? nothing
            : html`<span class="note" role="alert" data-test="problem">
                <wa-icon name="circle-alert"></wa-icon>${errorText(this.problem)}
              </span>`
        }
      </div>
      ${this.#offers()}`;
  }

  #offers() {
    const offers = this.event.punch?.offers ?? [];
    if (offers.length === 0) return nothing;
    const { name } = this.event.person;
    return html`<div
      class="offers"
      role="group"
      aria-label=${name === '' ? msg('Say what it was') : msg(str`${name}: say what it was`)}
    >
      ${offers.map(
        (says) =>
          html`<button
            type="button"
            ?disabled=${this.saying !== null}
            @click=${() => this.#tap(says)}
            data-test="offer-${says}"
          >
            ${says === 'out' ? msg('Leaving') : msg('Back from break')}
          </button>`,
      )}
    </div>`;
  }

  #tap(says: PunchKind) {
    this.saying = says;
    this.problem = null;
    this.say(this.event, says)
      .catch((error: unknown) => {
        this.problem = error;
      })
      .finally(() => {
        this.saying = null;
      });
  }
}

customElements.define('muster-result-card', MusterResultCard);
