import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { account } from '../app/session.ts';
import { shared } from '../styles/shared.ts';
import { ROLE_NAMES } from './accounts/role-names.ts';

export class MusterNotPermitted extends LitElement {
  static override styles = shared;

  override render() {
    const role = account()?.role;
    return html`<div class="page">
      <div class="card empty" data-test="not-permitted">
        <wa-icon name="ban"></wa-icon>
        <h1>This page is not for you</h1>
        <p class="quiet">
          ${role ? `Your role, ${ROLE_NAMES[role].name}, does not include it.` : ''} An owner can change that
          under Accounts.
        </p>
        <wa-button href="/" variant="brand">Go to the start page</wa-button>
      </div>
    </div>`;
  }
}

customElements.define('muster-not-permitted', MusterNotPermitted);
