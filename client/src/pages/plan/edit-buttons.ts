/** The buttons of a row that change what it is about, or remove it where that can be. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { toastError } from '../../app/toasts.ts';

/** @param name what a screen reader calls the row */
export function editButtons(
  name: string,
  { onEdit, onRemove }: { onEdit: () => void; onRemove?: () => Promise<void> },
) {
  return html`<div>
    <wa-button size="s" appearance="outlined" @click=${onEdit} data-test="edit">
      <wa-icon name="edit" label=${msg(str`Change ${name}`)}></wa-icon>
    </wa-button>
    ${
      onRemove
        ? html`<wa-button
            size="s"
            appearance="outlined"
            @click=${() => onRemove().catch(toastError)}
            data-test="remove"
          >
            <wa-icon name="trash" label=${msg(str`Remove ${name}`)}></wa-icon>
          </wa-button>`
        : nothing
    }
  </div>`;
}
