/** The consent text in force, for somebody who agreed to an earlier one. Fires `agreed`, and `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import { toast } from '../../app/toasts.ts';
import { consentText, consentTextStyles, textIn, textLanguage } from '../../components/consent-text.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';

export class MusterRenewConsent extends FormDialog {
  static override properties = { chosen: { state: true } };
  static override styles = [FormDialog.styles, consentTextStyles];
  /** The language that the person chose for the text; null for that of the page. */
  declare chosen: string | null;
  readonly #texts = new Loaded(this, () => api.own.consentTexts());

  constructor() {
    super();
    this.chosen = null;
  }

  get #shown() {
    return textIn(this.#texts.value?.texts ?? [], this.chosen, language());
  }

  override render() {
    const shown = this.#shown;
    const version = this.#texts.value?.version ?? '';
    return this.frame(
      msg('The new consent text'),
      'renew-consent',
      this.sheet({
        act: msg('I agree'),
        test: 'agree',
        intro: html`<p class="quiet">
          ${msg('Please read what has changed. Agreeing is voluntary: you may also withdraw your consent.')}
        </p>`,
        fields: html`${textLanguage(this.#texts.value?.texts ?? [], shown?.language ?? '', {
          label: msg('Language of the text'),
          onChange: (to) => (this.chosen = to),
        })}
        ${
          shown
            ? html`${consentText(shown)}
                <p class="small quiet">${msg(str`Version ${version}.`)}</p>`
            : nothing
        }`,
        message: this.form.message || this.form.fault('version'),
      }),
    );
  }

  protected override async send() {
    const version = this.#texts.value?.version;
    const shown = this.#shown;
    if (version === undefined || !shown) return;
    const body = { version, language: shown.language };
    const record = await this.form.submit(() => api.own.giveConsent({ body }));
    if (!record) return;
    toast(msg('Thank you. Your consent is recorded.'));
    this.dispatchEvent(new Event('agreed'));
    this.open = false;
  }
}

customElements.define('muster-renew-consent', MusterRenewConsent);
