/** A choice among the sites, each with its time zone. Its name in the form is `siteId`. */
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { SiteOfDevice } from '#protocol/devices.ts';

type Choice = Pick<SiteOfDevice, 'id' | 'name' | 'timeZone'>;

/** @param onChange gets the id of the chosen site */
export function siteField(
  sites: readonly Choice[],
  value: string,
  fault = '',
  onChange?: (id: string) => void,
): TemplateResult {
  return html`<wa-select
    name="siteId"
    label=${msg('Site')}
    .value=${value}
    hint=${fault}
    @change=${(event: Event) => onChange?.((event.target as HTMLSelectElement).value)}
    data-test="site"
  >
    ${sites.map(({ id, name, timeZone }) => html`<wa-option value=${id}>${name} (${timeZone})</wa-option>`)}
  </wa-select>`;
}
