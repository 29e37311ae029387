/** Where a site is, for its public holidays: a country, and a region of it. `readPlace` reads them. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { HolidayCountry } from '#protocol/holidays.ts';
import type { SiteRecord } from '#protocol/sites.ts';
import { collator, countryName } from '../../locales/intl.ts';

type Place = Pick<SiteRecord, 'country' | 'region'>;

export interface PlaceFields {
  is: Place;
  fault: (field: string) => string;
  /** Those with known holidays; empty until they have arrived. */
  countries: readonly HolidayCountry[];
  /** The country that is chosen in the form; null until somebody has chosen one. */
  country: string | null;
  onCountry: (country: string) => void;
}

const NONE = 'none';
const ALL = 'all';

export function placeFields({ is, fault, countries, country, onCountry }: PlaceFields) {
  if (countries.length === 0) return nothing;
  const chosen = country ?? is.country ?? NONE;
  const regions = countries.find(({ code }) => code === chosen)?.regions ?? [];
  const names = countries
    .map(({ code }) => ({ code, name: countryName(code) }))
    .toSorted((a, b) => collator().compare(a.name, b.name));
  return html`<wa-select
      name="country"
      label=${msg('Country')}
      .value=${chosen}
      hint=${fault('country') || msg('For its public holidays')}
      @change=${(event: Event) => onCountry((event.target as HTMLSelectElement).value)}
      data-test="country"
    >
      <wa-option value=${NONE}>${msg('No public holidays')}</wa-option>
      ${names.map(({ code, name }) => html`<wa-option value=${code}>${name}</wa-option>`)}
    </wa-select>
    ${
      regions.length === 0
        ? nothing
        : keyed(
            chosen,
            html`<wa-select
              name="region"
              label=${msg('Region')}
              .value=${(chosen === is.country && is.region) || ALL}
              hint=${fault('region')}
              data-test="region"
            >
              <wa-option value=${ALL}>${msg('Only holidays of the whole country')}</wa-option>
              ${regions.map(({ code, name }) => html`<wa-option value=${code}>${name}</wa-option>`)}
            </wa-select>`,
          )
    }`;
}

/** @param is what counts while the fields are not there yet */
export function readPlace(values: Record<string, string>, is: Place): Place {
  const { country, region } = values;
  if (country === undefined) return { country: is.country, region: is.region };
  if (country === NONE) return { country: null, region: null };
  return { country, region: region === undefined || region === ALL ? null : region };
}

/** Its code where the names are not known yet. */
export function regionName(countries: readonly HolidayCountry[], { country, region }: Place): string {
  const regions = countries.find(({ code }) => code === country)?.regions ?? [];
  return regions.find(({ code }) => code === region)?.name ?? region ?? '';
}
