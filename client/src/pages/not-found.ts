import { LitElement, html } from 'lit';
import '../components/brand-mark.ts';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { shared } from '../styles/shared.ts';

export class MusterNotFound extends LitElement {
  static override styles = shared;

  override render() {
    return html`<div class="center">
      <div class="card stack" data-test="not-found">
        <muster-brand></muster-brand>
        <div>
          <h1>There is no page here</h1>
          <p class="quiet">The address may be mistyped, or the page has moved.</p>
        </div>
        <wa-button href="/" variant="brand">Go to the start page</wa-button>
      </div>
    </div>`;
  }
}

customElements.define('muster-not-found', MusterNotFound);
