/** A message to the person at the door that is not a result: nothing is booked yet. */
import { html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { MusterElement } from '../../components/muster-element.ts';
import { cardStyles } from './card.styles.ts';

export class MusterNoteCard extends MusterElement {
  static override properties = { icon: {}, heading: {}, text: {} };
  static override styles = [
    cardStyles,
    css`
      :host {
        --fill: #2f3443;
      }
      .disc {
        font-size: clamp(1.6rem, 4.6vmin, 4.2rem);
      }
      b {
        font-size: clamp(1.4rem, 4.2vmin, 3.8rem);
        letter-spacing: -0.025em;
        line-height: 1.1;
      }
      span {
        margin-top: 0.25em;
        font-size: clamp(1.05rem, 2.7vmin, 2.4rem);
        line-height: 1.3;
      }
    `,
  ];
  declare icon: string;
  declare heading: string;
  declare text: string;

  override render() {
    return html`<div class="disc"><wa-icon name=${this.icon}></wa-icon></div>
      <div><b>${this.heading}</b><span>${this.text}</span></div>`;
  }
}

customElements.define('muster-note-card', MusterNoteCard);
