import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';

/** After a mistake in the page, where trying again would only repeat it. */
export function reloadButton() {
  return html`<wa-button size="l" variant="brand" @click=${() => location.reload()} data-test="reload"
    >${msg('Reload the page')}</wa-button
  >`;
}
