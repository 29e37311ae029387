/** The year a page is about, with buttons for the one before and the one after. Its styles are those of the month. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';

const FIRST = 1900;
const LAST = 2199;

export function yearChoice(year: number, go: (year: number) => void) {
  return html`<div class="months">
    <wa-button
      appearance="outlined"
      ?disabled=${year <= FIRST}
      @click=${() => go(year - 1)}
      data-test="year-before"
    >
      <wa-icon name="arrow-left" label=${msg('Previous year')}></wa-icon>
    </wa-button>
    <strong aria-live="polite" data-test="year">${year}</strong>
    <wa-button
      appearance="outlined"
      ?disabled=${year >= LAST}
      @click=${() => go(year + 1)}
      data-test="year-after"
    >
      <wa-icon name="arrow-right" label=${msg('Next year')}></wa-icon>
    </wa-button>
  </div>`;
}

/** The year in the address; otherwise the current one. */
export function yearOfAddress(parameters: URLSearchParams): number {
  const asked = parameters.get('year') ?? '';
  const year = /^\d{4}$/.test(asked) ? Number(asked) : 0;
  return year >= FIRST && year <= LAST ? year : new Date().getFullYear();
}
