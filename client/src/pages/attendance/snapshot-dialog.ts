/** Shows the face that a punch was made for. It is fetched only when opened, because every view is in the audit trail. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { MusterElement } from '../../components/muster-element.ts';
import { addressOf } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

export class MusterSnapshot extends MusterElement {
  static override properties = {
    punchId: { state: true },
    label: { state: true },
    shown: { state: true },
    missing: { state: true },
  };
  static override styles = [
    shared,
    css`
      img {
        display: block;
        width: 14rem;
        height: 14rem;
        margin: 0 auto 0.75rem;
        border-radius: 0.75rem;
      }
      p {
        text-align: center;
      }
    `,
  ];
  declare punchId: string;
  /** Name and time. */
  declare label: string;
  declare shown: boolean;
  declare missing: boolean;

  constructor() {
    super();
    this.punchId = '';
    this.label = '';
    this.shown = false;
    this.missing = false;
  }

  show(punchId: string, label: string): void {
    this.punchId = punchId;
    this.label = label;
    this.missing = false;
    this.shown = true;
  }

  override render() {
    return html`<wa-dialog
      label=${this.label}
      .open=${this.shown}
      light-dismiss
      @wa-after-hide=${() => (this.shown = false)}
      data-test="snapshot-dialog"
    >
      ${this.shown ? this.#picture() : nothing}
    </wa-dialog>`;
  }

  #picture() {
    if (this.missing) {
      return html`<p data-test="snapshot-missing">${msg('The picture is no longer available.')}</p>`;
    }
    return html`<img
        src=${addressOf('punches.snapshot', { params: { id: this.punchId } })}
        alt=${msg(str`The face of ${this.label}`)}
        @error=${() => (this.missing = true)}
      />
      <p class="small quiet">${msg('Viewing this picture is recorded in the audit trail.')}</p>`;
  }
}

customElements.define('muster-snapshot', MusterSnapshot);
