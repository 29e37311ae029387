/** Where a holiday holds: a choice between the site of the page and all of them. Its name in the form is `scope`. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';

/** @param siteId null for all sites */
export function holidayScope(siteName: string, siteId: string | null) {
  return html`<wa-radio-group
    name="scope"
    label=${msg('For')}
    .value=${siteId === null ? 'all' : 'site'}
    data-test="scope"
  >
    <wa-radio value="site">${siteName}</wa-radio>
    <wa-radio value="all">${msg('All sites')}</wa-radio>
  </wa-radio-group>`;
}
