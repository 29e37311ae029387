/** Step 2: the consent text in the language of the person and an explicit tick. Fires `consented` once it is recorded. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { ConsentInput } from '#protocol/consents.ts';
import type { PersonView } from '#protocol/people.ts';
import { alert } from '../../components/alert.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { languageName } from '../../locales/intl.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { language } from '../../locales/language.ts';

export class MusterConsentStep extends MusterElement {
  static override properties = {
    person: { attribute: false },
    agreed: { state: true },
    language: { state: true },
    method: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      .text {
        padding: 1.1rem 1.25rem;
        border: 1px solid var(--m-line);
        border-radius: var(--m-radius);
        background: var(--m-ground);
        white-space: pre-line;
        line-height: 1.6;
        min-height: 10rem;
      }
      .between {
        justify-content: space-between;
      }
      .between wa-button {
        margin-inline-start: auto;
      }
      wa-checkbox {
        font-weight: 600;
      }
    `,
  ];
  declare person: PersonView;
  declare agreed: boolean;
  declare language: string;
  declare method: ConsentInput['method'];
  readonly #text = new Loaded(this, () => api.consents.texts());
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.agreed = false;
    this.language = language();
    this.method = 'in-person';
  }

  /** The text in the chosen language, or the first one. */
  get #shown() {
    const { value } = this.#text;
    return value?.texts.find(({ language }) => language === this.language) ?? value?.texts[0] ?? null;
  }

  override render() {
    const { value, error } = this.#text;
    const shown = this.#shown;
    return html`<form class="card stack" @submit=${this.#submit} data-test="consent-form">
      <p class="quiet">
        ${msg(str`Ask ${this.person.displayName} to read this, or read it aloud. Agreeing is voluntary.`)}
        ${value ? msg(str`Version ${value.version}.`) : nothing}
      </p>
      ${alert(error ?? this.#form.error)}
      <div class="fields">
        <wa-select
          label=${msg('Language')}
          .value=${shown?.language ?? ''}
          @change=${this.#chooseLanguage}
          data-test="consent-language"
        >
          ${value?.texts.map(
            ({ language }) => html`<wa-option value=${language}>${languageName(language)}</wa-option>`,
          )}
        </wa-select>
        <wa-select
          label=${msg('How consent was given')}
          .value=${this.method}
          @change=${(e: Event) => (this.method = (e.target as HTMLInputElement).value as ConsentInput['method'])}
          data-test="consent-method"
        >
          <wa-option value="in-person">${msg('Here, in person')}</wa-option>
          <wa-option value="on-paper">${msg('Signed on paper')}</wa-option>
          <wa-option value="electronic">${msg('In another system')}</wa-option>
        </wa-select>
      </div>
      <div
        class="text"
        lang=${shown?.language ?? 'en'}
        data-test="consent-text"
        .textContent=${shown?.text ?? ''}
      ></div>
      <wa-checkbox
        ?disabled=${!value}
        .checked=${this.agreed}
        @change=${(e: Event) => (this.agreed = (e.target as HTMLInputElement).checked)}
        data-test="consent"
      >
        ${msg(str`${this.person.displayName} agrees`)}
      </wa-checkbox>
      <div class="row between">
        <a class="small" href="/people/${this.person.id}" data-test="without-face">
          ${msg('Prefers not to? Create a PIN or badge instead')}
        </a>
        <wa-button
          type="submit"
          variant="brand"
          ?disabled=${!this.agreed}
          ?loading=${this.#form.busy}
          data-test="next"
        >
          ${msg('Start the camera')}<wa-icon slot="end" name="arrow-right"></wa-icon>
        </wa-button>
      </div>
    </form>`;
  }

  readonly #chooseLanguage = (event: Event) => {
    this.language = (event.target as HTMLInputElement).value ?? '';
    // The person must agree to the text in the language that they read.
    this.agreed = false;
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    this.#record().catch(reportUnexpected);
  };

  async #record() {
    const { version } = this.#text.value ?? {};
    const shown = this.#shown;
    if (version === undefined || !shown || !this.agreed) return;
    const { method } = this;
    const done = await this.#form.submit(async () => {
      await api.consents.give({
        params: { id: this.person.id },
        body: { version, language: shown.language, method },
      });
      return true;
    });
    if (done) this.dispatchEvent(new Event('consented'));
  }
}

customElements.define('muster-consent-step', MusterConsentStep);
