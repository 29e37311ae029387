import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { account } from '../app/session.ts';
import { shared } from '../styles/shared.ts';

export class MusterNotPermitted extends LitElement {
  static override styles = shared;

  override render() {
    return html`<div class="page">
      <div class="card empty" data-test="not-permitted">
        <wa-icon name="ban"></wa-icon>
        <h1>This page is not for you</h1>
        <p class="quiet">
          Your role is “${account()?.role ?? ''}”. An owner can give you another one under Accounts.
        </p>
        <wa-button href="/" variant="brand">Go to the start page</wa-button>
      </div>
    </div>`;
  }
}

customElements.define('muster-not-permitted', MusterNotPermitted);
