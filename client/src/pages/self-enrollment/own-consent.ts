/**
 * The consent text in the language of the person, on their own phone. Fires `agreed` with the new view of the invitation as
 * its detail, `declined` where the person wants no face recognition, and `closed` with the error where the link is over.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { SelfEnrollmentView } from '#protocol/enrollment-invitations.ts';
import { alert } from '../../components/alert.ts';
import { FormState } from '../../components/form-state.ts';
import { consentText, consentTextStyles, textIn, textLanguage } from '../../components/consent-text.ts';
import { formStyles } from '../../components/form.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { type ClientError, reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';

/** Errors that mean that the link is over, or open elsewhere. */
const OVER: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'not-found']);

export class MusterOwnConsent extends MusterElement {
  static override properties = {
    view: { attribute: false },
    chosen: { attribute: false },
    preview: { type: Boolean },
  };
  static override styles = [
    shared,
    formStyles,
    consentTextStyles,
    css`
      .answers {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.5rem;
      }
    `,
  ];
  declare view: SelfEnrollmentView;
  /** The language that the person chose for the text; null for that of the page. */
  declare chosen: string | null;
  /** For whoever wrote the text: nothing can be answered. */
  declare preview: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.chosen = null;
    this.preview = false;
  }

  /** In the chosen language, that of the page, or the first one. */
  get #shown() {
    return textIn(this.view.consent.texts, this.chosen, language())!;
  }

  override render() {
    const { person, consent, confirmed } = this.view;
    const shown = this.#shown;
    return html`<section class="card stack" data-test="own-consent">
      <div>
        <h1>${msg('Check in with your face')}</h1>
        <p class="quiet">
          ${msg(str`${person.displayName}, your employer invites you to enroll your face for checking in. Please read this first. Agreeing is voluntary.`)}
        </p>
      </div>
      <p class="small quiet">
        ${msg(str`Not ${person.displayName}? Then close this page: the link is for one person only.`)}
      </p>
      ${alert(this.#form.error)}
      ${textLanguage(consent.texts, shown.language, {
        label: msg('Language of the text'),
        onChange: (chosen) => (this.chosen = chosen),
      })}
      ${consentText(shown)}
      <p class="small quiet">
        ${msg(str`Version ${consent.version}.`)}
        ${confirmed ? msg('HR checks the result before it counts.') : nothing}
      </p>
      <div class="answers">
        <wa-button
          variant="brand"
          size="l"
          ?disabled=${this.preview}
          ?loading=${this.#form.busy}
          @click=${this.#agree}
          data-test="agree"
        >
          ${msg('I agree')}<wa-icon slot="end" name="arrow-right"></wa-icon>
        </wa-button>
        <wa-button
          appearance="outlined"
          ?disabled=${this.preview}
          @click=${() => this.dispatchEvent(new Event('declined'))}
          data-test="decline"
        >
          ${msg('I prefer a PIN or badge')}
        </wa-button>
      </div>
    </section>`;
  }

  readonly #agree = () => {
    this.#send().catch(reportUnexpected);
  };

  async #send() {
    const body = { version: this.view.consent.version, language: this.#shown.language };
    const agreed = await this.#form.submit(() =>
      api.selfEnrollment.consent({ query: { as: 'invitation' }, body }),
    );
    if (agreed) this.dispatchEvent(new CustomEvent('agreed', { detail: agreed }));
    else if (this.#form.error && OVER.has(this.#form.error.code)) {
      this.dispatchEvent(new CustomEvent<ClientError>('closed', { detail: this.#form.error }));
    }
  }
}

customElements.define('muster-own-consent', MusterOwnConsent);
