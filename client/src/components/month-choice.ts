/** The month a page is about, with buttons for the one before and the one after. */
import { msg } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { dateFormat } from '../locales/intl.ts';

export const monthChoiceStyles = css`
  .months {
    display: flex;
    align-items: center;
    gap: 0.35rem;
  }
  .months strong {
    min-width: 9rem;
    text-align: center;
  }
`;

/** @param month YYYY-MM */
export function monthChoice(month: string, go: (month: string) => void) {
  return html`<div class="months">
    <wa-button appearance="outlined" @click=${() => go(addMonths(month, -1))} data-test="month-before">
      <wa-icon name="arrow-left" label=${msg('Previous month')}></wa-icon>
    </wa-button>
    <strong aria-live="polite" data-test="month">${monthText(month)}</strong>
    <wa-button appearance="outlined" @click=${() => go(addMonths(month, 1))} data-test="month-after">
      <wa-icon name="arrow-right" label=${msg('Next month')}></wa-icon>
    </wa-button>
  </div>`;
}

/** @param month YYYY-MM */
export function monthText(month: string): string {
  return dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

/** The month that many months later, of YYYY-MM. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** First and last date of as many months that end with this one. */
export function monthSpan(month: string, months = 1): { from: string; to: string } {
  const next = new Date(`${addMonths(month, 1)}-01T00:00:00Z`);
  const to = new Date(next.getTime() - 86_400_000).toISOString().slice(0, 10);
  return { from: `${addMonths(month, 1 - months)}-01`, to };
}

/** The month in the address; otherwise the current one, or one that many months before it. */
export function monthOfAddress(parameters: URLSearchParams, before = 0): string {
  const asked = parameters.get('month') ?? '';
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(asked)) return asked;
  return addMonths(new Date().toISOString().slice(0, 7), -before);
}
