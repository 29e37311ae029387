/** Somebody stands there who looks like somebody else: asks for the number, and names neither. Fires `answer`. */
import { msg } from '@lit/localize';
import { html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { MusterElement } from '../../components/muster-element.ts';
import { cardStyles } from './card.styles.ts';

export class MusterAskCard extends MusterElement {
  static override styles = [
    cardStyles,
    css`
      :host {
        --fill: linear-gradient(135deg, #3a3f9e, #23265f);
        animation: arrive 320ms var(--m-ease);
      }
      .disc {
        font-size: clamp(1.8rem, 5.2vmin, 4.8rem);
      }
      b {
        font-size: clamp(1.5rem, 4.8vmin, 4.4rem);
        letter-spacing: -0.03em;
        line-height: 1.08;
      }
      span {
        margin-top: 0.3em;
        font-size: clamp(1rem, 2.6vmin, 2.2rem);
        font-weight: 540;
        line-height: 1.25;
        color: rgb(255 255 255 / 86%);
      }
      button {
        grid-column: 1 / -1;
        min-height: clamp(3.4rem, 8.5vmin, 7rem);
        padding: 0.3em 1em;
        border: 0;
        border-radius: clamp(14px, 2.2vmin, 26px);
        background: #fff;
        color: #23265f;
        font: inherit;
        font-size: clamp(1.15rem, 3.2vmin, 2.8rem);
        font-weight: 680;
        letter-spacing: -0.015em;
        cursor: pointer;
        /* The rest of the card lets touches through to the picture. */
        pointer-events: auto;
      }
      button:hover {
        background: #e6e8ff;
      }
      button:focus-visible {
        outline: 4px solid #fff;
        outline-offset: 3px;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(24px);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        :host {
          animation: none;
        }
      }
    `,
  ];

  override render() {
    return html`<div class="disc"><wa-icon name="keypad"></wa-icon></div>
      <div>
        <b>${msg('Which one are you?')}</b>
        <span>${msg('You look like somebody else here. Your number tells the two of you apart.')}</span>
      </div>
      <button type="button" @click=${() => this.dispatchEvent(new Event('answer'))} data-test="answer">
        ${msg('Type your number')}
      </button>`;
  }
}

customElements.define('muster-ask-card', MusterAskCard);
