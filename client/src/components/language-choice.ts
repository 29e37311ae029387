/** One button for each language, for pages without the account menu. */
import { msg } from '@lit/localize';
import { html, css } from 'lit';
import { LANGUAGES, type Language } from '#protocol/language.ts';
import { toastError } from '../app/toasts.ts';
import { LANGUAGE_NAMES, choosePersonLanguage, language } from '../locales/language.ts';
import { shared } from '../styles/shared.ts';
import { MusterElement } from './muster-element.ts';

export class MusterLanguageChoice extends MusterElement {
  static override styles = [
    shared,
    css`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
      }
      button {
        min-height: 2.75rem;
        padding: 0.25rem 0.75rem;
        border: 0;
        border-radius: 10px;
        background: none;
        color: var(--m-quiet);
        font: inherit;
        font-size: 0.875rem;
        cursor: pointer;
      }
      button:hover {
        color: var(--m-text);
        background: var(--m-chip);
      }
      button[aria-pressed='true'] {
        color: var(--m-text);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    return html`<nav aria-label=${msg('Language')}>
      ${LANGUAGES.map(
        (one) =>
          html`<button
            type="button"
            lang=${one}
            aria-pressed=${one === language() ? 'true' : 'false'}
            @click=${() => this.#choose(one)}
            data-test="language-${one}"
          >
            ${LANGUAGE_NAMES[one]}
          </button>`,
      )}
    </nav>`;
  }

  #choose(chosen: Language) {
    choosePersonLanguage(chosen).catch(toastError);
  }
}

customElements.define('muster-language-choice', MusterLanguageChoice);
