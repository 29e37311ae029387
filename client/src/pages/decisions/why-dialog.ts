/** Shows why a face was recognized or not. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import './why.ts';
import type { Asked } from './why.ts';

export class MusterWhyDialog extends MusterElement {
  static override properties = { asked: { attribute: false }, open: { state: true } };
  static override styles = [
    shared,
    css`
      wa-dialog {
        --width: 42rem;
      }
    `,
  ];
  declare asked: Asked;
  declare open: boolean;

  constructor() {
    super();
    this.open = true;
  }

  override render() {
    return html`<wa-dialog
      label=${msg('Why?')}
      .open=${this.open}
      light-dismiss
      @wa-after-hide=${this.#closed}
      data-test="why-dialog"
    >
      <muster-why .asked=${this.asked}></muster-why>
      <wa-button slot="footer" variant="brand" @click=${() => (this.open = false)}>${msg('Close')}</wa-button>
    </wa-dialog>`;
  }

  // Elements inside the dialog fire this event too.
  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };
}

customElements.define('muster-why-dialog', MusterWhyDialog);
