import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { startPath } from '../app/session.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';

export class MusterNotPermitted extends MusterElement {
  static override styles = shared;

  override render() {
    return html`<div class="page">
      <div class="card empty" data-test="not-permitted">
        <wa-icon name="ban"></wa-icon>
        <h1>${msg('You don’t have access to this page')}</h1>
        <p class="quiet">
          ${
            startPath() === '/'
              ? msg('Your role does not include it. An owner can change your role under Accounts.')
              : msg('Your account shows only what concerns you.')
          }
        </p>
        <wa-button href="/" variant="brand">${msg('Start page')}</wa-button>
      </div>
    </div>`;
  }
}

customElements.define('muster-not-permitted', MusterNotPermitted);
