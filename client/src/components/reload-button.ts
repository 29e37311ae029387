import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';

/** Shown after a fault of the page itself, because trying again would only repeat it. */
export function reloadButton() {
  return html`<wa-button size="l" variant="brand" @click=${() => location.reload()} data-test="reload"
    >${msg('Reload the page')}</wa-button
  >`;
}
