/** A consent text as a person reads it, and the choice of its language. */
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { ConsentTextsView } from '#protocol/consents.ts';
import { languageName } from '../locales/intl.ts';

export const consentTextStyles = css`
  .consent-text {
    padding: 1rem 1.1rem;
    border: 1px solid var(--m-line);
    border-radius: var(--m-radius);
    background: var(--m-ground);
    white-space: pre-line;
    line-height: 1.6;
    overflow-wrap: anywhere;
  }
`;

type Text = ConsentTextsView['texts'][number];

/** In the first of these languages that there is a text in; otherwise the first text. */
export function textIn(texts: readonly Text[], ...wanted: (string | null)[]): Text | undefined {
  for (const language of wanted) {
    const text = texts.find((one) => one.language === language);
    if (text) return text;
  }
  return texts[0];
}

export function consentText({ language, text }: Text) {
  return html`<div
    class="consent-text"
    lang=${language}
    data-test="consent-text"
    .textContent=${text}
  ></div>`;
}

/** Nothing where there is no choice. */
export function textLanguage(
  texts: readonly Text[],
  shown: string,
  { label, onChange }: { label: string; onChange: (language: string) => void },
) {
  if (texts.length < 2) return nothing;
  return html`<wa-select
    label=${label}
    .value=${shown}
    @change=${(event: Event) => onChange((event.target as HTMLInputElement).value)}
    data-test="consent-language"
  >
    ${texts.map(({ language }) => html`<wa-option value=${language}>${languageName(language)}</wa-option>`)}
  </wa-select>`;
}
