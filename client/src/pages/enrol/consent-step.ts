/** Step 2: the current consent text and an explicit tick. Fires `consented` once it is recorded. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '../../../../server/protocol/api.ts';
import { alert } from '../../components/alert.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

export class MusterConsentStep extends LitElement {
  static override properties = { person: { attribute: false }, agreed: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      .text {
        max-height: 22rem;
        overflow: auto;
        padding: 1.1rem 1.25rem;
        border: 1px solid var(--m-line);
        border-radius: var(--m-radius);
        background: var(--m-ground);
        white-space: pre-line;
        line-height: 1.6;
        min-height: 10rem;
      }
      wa-checkbox {
        font-weight: 600;
      }
    `,
  ];
  declare person: PersonView;
  declare agreed: boolean;
  readonly #text = new Loaded(this, () => api.consent());
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.agreed = false;
  }

  override render() {
    const { value, error } = this.#text;
    return html`<form class="card stack" @submit=${this.#submit} data-test="consent-form">
      <p class="quiet">
        ${this.person.displayName} reads this, or has it read aloud, and decides freely.
        ${value ? html`Version ${value.version}.` : nothing}
      </p>
      ${alert(error?.message ?? this.#form.error?.message ?? '')}
      <div
        class="text"
        tabindex="0"
        lang=${value?.language ?? 'en'}
        data-test="consent-text"
        .textContent=${value?.text ?? ''}
      ></div>
      <wa-checkbox
        ?disabled=${!value}
        .checked=${this.agreed}
        @change=${(e: Event) => (this.agreed = (e.target as HTMLInputElement).checked)}
        data-test="consent"
      >
        ${this.person.displayName} agrees
      </wa-checkbox>
      <div class="row end">
        <wa-button
          type="submit"
          variant="brand"
          ?disabled=${!this.agreed}
          ?loading=${this.#form.busy}
          data-test="next"
        >
          Start the camera<wa-icon slot="end" name="arrow-right"></wa-icon>
        </wa-button>
      </div>
    </form>`;
  }

  readonly #submit = (event: Event) => {
    event.preventDefault();
    this.#record().catch(() => {});
  };

  async #record() {
    const text = this.#text.value;
    if (!text || !this.agreed) return;
    const { version, language } = text;
    const done = await this.#form.submit(async () => {
      await api.giveConsent(this.person.id, { version, language });
      return true;
    });
    if (done) this.dispatchEvent(new Event('consented'));
  }
}

customElements.define('muster-consent-step', MusterConsentStep);
