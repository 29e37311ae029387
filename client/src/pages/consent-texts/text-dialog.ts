/** A consent text word for word: a version in each language, or a draft as people will read it. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { SelfEnrollmentView } from '#protocol/enrollment-invitations.ts';
import { account } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { consentText, consentTextStyles, textIn, textLanguage } from '../../components/consent-text.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { languageName } from '../../locales/intl.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import '../self-enrollment/own-consent.ts';

export class MusterConsentReading extends MusterElement {
  static override properties = {
    version: {},
    preview: { attribute: false },
    chosen: { state: true },
    open: { state: true },
  };
  static override styles = [
    shared,
    consentTextStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  /** The version to read; blank for a preview. */
  declare version: string;
  declare preview: ConsentTextsView['texts'][number] | null;
  declare chosen: string | null;
  declare open: boolean;
  readonly #texts = new Loaded<ConsentTextsView | null>(this, async () =>
    this.version === '' ? null : api.consentTexts.version({ query: { version: this.version } }),
  );

  constructor() {
    super();
    this.version = '';
    this.preview = null;
    this.chosen = null;
    this.open = true;
  }

  override render() {
    const { preview, version } = this;
    const label = preview
      ? msg(str`As people will read it: ${languageName(preview.language)}`)
      : msg(str`Consent text, version ${version}`);
    return html`<wa-dialog
      label=${label}
      light-dismiss
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="consent-reading"
    >
      ${preview ? asPeople(preview) : this.#version()}
      <wa-button slot="footer" variant="brand" @click=${() => (this.open = false)} data-test="close"
        >${msg('Close')}</wa-button
      >
    </wa-dialog>`;
  }

  #version() {
    const { value, error } = this.#texts;
    const texts = value?.texts ?? [];
    const shown = textIn(texts, this.chosen, language());
    return html`<div class="stack">
      ${alert(error)}
      ${textLanguage(texts, shown?.language ?? '', {
        label: msg('Language of the text'),
        onChange: (to) => (this.chosen = to),
      })}
      ${shown ? consentText(shown) : nothing}
    </div>`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };
}

/** The page of self-enrollment itself, with the name of the reader. */
function asPeople(text: ConsentTextsView['texts'][number]) {
  const view: SelfEnrollmentView = {
    person: { id: '', displayName: account()?.name ?? '' },
    expiresAt: '',
    consented: false,
    confirmed: false,
    consent: { version: msg('of the release'), texts: [text] },
  };
  return html`<muster-own-consent preview .view=${view}></muster-own-consent>`;
}

customElements.define('muster-consent-reading', MusterConsentReading);
