/**
 * The movement that the active liveness check asks for, to be read and followed from two meters: an arrow that moves as
 * the head should move on the mirrored picture, the text, and the remaining time.
 * Attributes for tests: `data-act` and `data-step` on the host.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import { MusterElement } from '../../components/muster-element.ts';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ChallengeProgress } from '#protocol/results.ts';
import { CHALLENGE_WORDS } from '../../components/live-view/challenge-words.ts';
import { cardStyles } from './card.styles.ts';

/** Below this part of the time the bar changes its color. */
const HURRY = 0.3;

export class MusterChallengeCard extends MusterElement {
  static override properties = { progress: { attribute: false } };
  static override styles = [
    cardStyles,
    css`
      :host {
        --fill: linear-gradient(135deg, #3a3f9e, #23265f);
        animation: arrive 320ms var(--m-ease);
        overflow: hidden;
        position: relative;
      }
      .disc {
        font-size: clamp(1.8rem, 5.6vmin, 5rem);
      }
      [data-icon='arrow-left'] wa-icon {
        --to: translateX(-14%);
      }
      [data-icon='arrow-right'] wa-icon {
        --to: translateX(14%);
      }
      [data-icon='arrow-up'] wa-icon {
        --to: translateY(-14%);
      }
      [data-icon='arrow-down'] wa-icon {
        --to: translateY(14%);
      }
      .disc:not([data-icon='scan-face']) wa-icon {
        animation: nudge 700ms ease-in-out infinite alternate;
      }
      b {
        font-size: clamp(1.7rem, 5.4vmin, 5rem);
        letter-spacing: -0.03em;
        line-height: 1.08;
      }
      span {
        margin-top: 0.3em;
        font-size: clamp(1rem, 2.6vmin, 2.2rem);
        font-weight: 540;
        color: rgb(255 255 255 / 86%);
      }
      .time {
        position: absolute;
        inset: auto 0 0 0;
        height: clamp(5px, 0.9vmin, 10px);
        background: rgb(255 255 255 / 18%);
      }
      .time i {
        display: block;
        height: 100%;
        background: #aeb6ff;
        transform-origin: left;
        transition: transform 160ms linear;
      }
      .time[data-hurry] i {
        background: var(--m-over-already);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(24px);
        }
      }
      @keyframes nudge {
        from {
          transform: none;
        }
        to {
          transform: var(--to, scale(0.9));
        }
      }
      @media (prefers-reduced-motion: reduce) {
        :host,
        .disc wa-icon {
          animation: none !important;
        }
        .time i {
          transition: none;
        }
      }
    `,
  ];
  declare progress: ChallengeProgress;

  override willUpdate() {
    this.dataset['act'] = this.progress.act;
    this.dataset['step'] = String(this.progress.step);
  }

  override render() {
    const { act, step, of, remaining, limit } = this.progress;
    const { text, icon } = CHALLENGE_WORDS[act];
    const left = limit > 0 ? Math.max(0, Math.min(1, remaining / limit)) : 0;
    // Screen readers skip the bar: it changes ten times a second, and the text says what to do.
    return html`<div class="disc" data-icon=${icon}><wa-icon name=${icon}></wa-icon></div>
      <div>
        <b>${text()}</b>
        <span>${of > 1 ? msg(str`Quick check: step ${Math.min(step + 1, of)} of ${of}`) : nothing}</span>
      </div>
      <div class="time" aria-hidden="true" ?data-hurry=${left < HURRY}>
        <i style="transform: scaleX(${left.toFixed(3)})"></i>
      </div>`;
  }
}

customElements.define('muster-challenge-card', MusterChallengeCard);
