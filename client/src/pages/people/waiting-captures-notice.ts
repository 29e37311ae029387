/** Above the list of people: how many captured their own face by invitation and wait for HR. */
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { number, plural } from '../../locales/intl.ts';

/** With the styles of `reenrollment-notice.ts`. */
export function waitingCapturesNotice(waiting: number): TemplateResult | typeof nothing {
  if (waiting === 0) return nothing;
  const amount = number(waiting);
  const title = plural(waiting, {
    one: msg('1 person has captured their face'),
    other: msg(str`${amount} people have captured their face`),
  });
  return html`<div class="notice" data-test="waiting-captures" data-count=${waiting}>
    <div>
      <wa-icon name="scan-face"></wa-icon>
      <span><strong>${title}</strong> ${msg('Recognition begins after you have confirmed it.')}</span>
    </div>
    <wa-button
      size="s"
      appearance="outlined"
      href="/people/invitations?state=waiting"
      data-test="show-waiting"
    >
      ${msg('Show them')}
    </wa-button>
  </div>`;
}
