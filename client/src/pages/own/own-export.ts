/** Gives the reader a copy of everything that is stored about them. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { toastError } from '../../app/toasts.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

export class MusterOwnExport extends MusterElement {
  static override properties = { embeddings: { state: true }, busy: { state: true } };
  static override styles = [shared];
  declare embeddings: boolean;
  declare busy: boolean;

  constructor() {
    super();
    this.embeddings = false;
    this.busy = false;
  }

  override render() {
    return html`<section class="card stack" data-test="own-export">
      <h2>${msg('A copy of my data')}</h2>
      <p class="quiet">
        ${msg('One file with everything stored about you: your record, consents, enrollments, all punches, your account and the history of your record, as JSON and as tables.')}
      </p>
      <wa-checkbox
        .checked=${this.embeddings}
        @change=${(event: Event) => (this.embeddings = (event.target as HTMLInputElement).checked)}
      >
        ${msg('Include face templates')}
      </wa-checkbox>
      <div class="row">
        <wa-button appearance="outlined" ?loading=${this.busy} @click=${this.#export} data-test="export">
          <wa-icon slot="start" name="download"></wa-icon>${msg('Export')}
        </wa-button>
      </div>
    </section>`;
  }

  readonly #export = () => {
    this.busy = true;
    api.own
      .export({ body: { embeddings: this.embeddings } })
      .catch(toastError)
      .finally(() => (this.busy = false));
  };
}

customElements.define('muster-own-export', MusterOwnExport);
