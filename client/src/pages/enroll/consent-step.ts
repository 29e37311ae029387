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
import { consentText, consentTextStyles, textIn, textLanguage } from '../../components/consent-text.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
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
    consentTextStyles,
    css`
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
    return textIn(this.#text.value?.texts ?? [], this.language);
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
        ${textLanguage(value?.texts ?? [], shown?.language ?? '', {
          label: msg('Language'),
          onChange: this.#chooseLanguage,
        })}
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
      ${shown ? consentText(shown) : nothing}
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

  readonly #chooseLanguage = (to: string) => {
    this.language = to;
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
