/** Shows a new PIN or badge, the only time that it can be seen. */
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import './badge-card.ts';
import { printBadge } from './print-badge.ts';

export const passDialogStyles = css`
  .secret {
    font-size: 2.6rem;
    font-weight: 680;
    letter-spacing: 0.14em;
    font-variant-numeric: tabular-nums;
    text-align: center;
    padding: 0.5rem 0 1rem;
  }
  muster-badge-card {
    margin: 0 auto 1rem;
  }
`;

/** @param pin null while the dialog is closed */
export function pinDialog(person: PersonView, pin: string | null, close: () => void): TemplateResult {
  return html`<wa-dialog
    label=${msg('PIN')}
    .open=${pin !== null}
    @wa-after-hide=${close}
    data-test="pin-dialog"
  >
    <p class="secret" data-test="pin">${pin ?? ''}</p>
    <p class="quiet">
      ${msg(html`Give it to <strong>${person.displayName}</strong> now, together with the number <strong>${person.number}</strong>. It is shown only once and cannot be looked up.`)}
    </p>
    <wa-button slot="footer" variant="brand" @click=${close} data-test="pin-done">${msg('Done')}</wa-button>
  </wa-dialog>`;
}

/** @param code null while the dialog is closed */
export function badgeDialog(person: PersonView, code: string | null, close: () => void): TemplateResult {
  const { displayName: name, number } = person;
  return html`<wa-dialog
    label=${msg('Badge')}
    .open=${code !== null}
    @wa-after-hide=${close}
    data-test="badge-dialog"
  >
    ${code ? html`<muster-badge-card .code=${code} name=${name} number=${number}></muster-badge-card>` : ''}
    <p class="quiet">
      ${msg('Print it now: the code is shown only once. Anyone who has the badge can use it, so revoke it if it is lost.')}
    </p>
    <wa-button slot="footer" appearance="outlined" @click=${close} data-test="badge-done"
      >${msg('Done')}</wa-button
    >
    <wa-button
      slot="footer"
      variant="brand"
      @click=${() => code && printBadge({ code, name, number })}
      data-test="print"
    >
      <wa-icon slot="start" name="print"></wa-icon>${msg('Print')}
    </wa-button>
  </wa-dialog>`;
}
