/** Downloads everything that is stored about a person, with or without face templates. Its content stands beside the button. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { shared } from '../styles/shared.ts';
import { reportUnexpected } from '../session/client-error.ts';
import { alert } from './alert.ts';
import { FormState } from './form-state.ts';
import { MusterElement } from './muster-element.ts';

export class MusterDataExport extends MusterElement {
  static override properties = { embeddings: { state: true }, download: { attribute: false } };
  static override styles = [shared];
  declare embeddings: boolean;
  declare download: (body: { embeddings: boolean }) => Promise<unknown>;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.embeddings = false;
    this.download = async () => {};
  }

  override render() {
    return html`<div class="stack">
      ${alert(this.#form.message)}
      <wa-checkbox
        .checked=${this.embeddings}
        @change=${(event: Event) => (this.embeddings = (event.target as HTMLInputElement).checked)}
      >
        ${msg('Include face templates')}
      </wa-checkbox>
      <div class="row">
        <wa-button
          appearance="outlined"
          ?loading=${this.#form.busy}
          @click=${() => this.#export().catch(reportUnexpected)}
          data-test="export"
        >
          <wa-icon slot="start" name="download"></wa-icon>${msg('Export')}
        </wa-button>
        <slot></slot>
      </div>
    </div>`;
  }

  #export(): Promise<unknown> {
    return this.#form.submit(() => this.download({ embeddings: this.embeddings }));
  }
}

customElements.define('muster-data-export', MusterDataExport);
