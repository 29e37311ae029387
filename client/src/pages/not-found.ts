import { msg } from '@lit/localize';
import { html } from 'lit';
import '../components/brand-mark.ts';
import { MusterElement } from '../components/muster-element.ts';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { shared } from '../styles/shared.ts';

export class MusterNotFound extends MusterElement {
  static override styles = shared;

  override render() {
    return html`<div class="center">
      <div class="card stack" data-test="not-found">
        <muster-brand></muster-brand>
        <div>
          <h1>${msg('Page not found')}</h1>
          <p class="quiet">${msg('Check the address, or go back to the start page.')}</p>
        </div>
        <wa-button href="/" variant="brand">${msg('Start page')}</wa-button>
      </div>
    </div>`;
  }
}

customElements.define('muster-not-found', MusterNotFound);
