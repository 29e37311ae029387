/** Asks the reader to confirm an act that cannot be undone. `ask` resolves to true only if they press the confirming button. */
import { msg } from '@lit/localize';
import { html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { MusterElement } from './muster-element.ts';
import { shared } from '../styles/shared.ts';

export interface Question {
  title: string;
  text: string;
  /** Label of the confirming button: the action itself, not "OK". */
  act: string;
  /** The act loses nothing and is as good as the other: its button does not warn. */
  harmless?: boolean;
}

export class MusterConfirm extends MusterElement {
  static override properties = { question: { state: true }, shown: { state: true } };
  static override styles = [
    shared,
    css`
      p {
        line-height: 1.55;
      }
    `,
  ];
  declare question: Question;
  declare shown: boolean;
  #answer: (sure: boolean) => void = () => {};

  constructor() {
    super();
    this.question = { title: '', text: '', act: '' };
    this.shown = false;
  }

  ask(question: Question): Promise<boolean> {
    this.#answer(false);
    this.question = question;
    this.shown = true;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  #close(sure: boolean) {
    this.shown = false;
    this.#answer(sure);
  }

  override render() {
    const { title, text, act, harmless = false } = this.question;
    return html`<wa-dialog
      label=${title}
      .open=${this.shown}
      light-dismiss
      @wa-hide=${() => this.#close(false)}
      data-test="confirm"
    >
      <p>${text}</p>
      <wa-button slot="footer" appearance="outlined" autofocus @click=${() => this.#close(false)}
        >${msg('Cancel')}</wa-button
      >
      <wa-button
        slot="footer"
        variant=${harmless ? 'brand' : 'danger'}
        @click=${() => this.#close(true)}
        data-test="confirm-act"
      >
        ${act}
      </wa-button>
    </wa-dialog>`;
  }
}

customElements.define('muster-confirm', MusterConfirm);
