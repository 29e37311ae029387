/** Releases the draft of the consent text. Fires `released` with the version as its detail, and `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { ConsentDraftView } from '#protocol/consents.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { languageName, list, number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';

export class MusterConsentRelease extends FormDialog {
  static override properties = { draft: { attribute: false } };
  static override styles = [
    FormDialog.styles,
    css`
      wa-radio small {
        display: block;
        line-height: 1.5;
        color: var(--m-quiet);
      }
      wa-radio + wa-radio {
        margin-top: 0.75rem;
      }
    `,
  ];
  declare draft: ConsentDraftView;

  override render() {
    const { people, texts } = this.draft;
    const languages = list(texts.map(({ language }) => languageName(language)));
    return this.frame(
      msg('Release this version?'),
      'consent-release',
      this.sheet({
        act: msg('Release'),
        test: 'send-release',
        intro: html`<p>
          ${msg(str`From now on people read and agree to this text, in ${languages}. It can never be changed or taken back; a mistake is mended by another version.`)}
        </p>`,
        fields: html`<wa-radio-group name="earlier" label=${asked(people.agreed)} value="again">
          <wa-radio value="again">
            ${msg('They are to agree again')}
            <small
              >${msg('Choose this where the meaning has changed. Their pages say so, and so does their record. They are recognized as before until they withdraw; before a new enrollment they must agree.')}</small
            >
          </wa-radio>
          <wa-radio value="valid">
            ${msg('Their consent stays valid')}
            <small
              >${msg('Choose this only where the meaning is the same, for example for a mistake in writing or another language. Nobody is asked.')}</small
            >
          </wa-radio>
        </wa-radio-group>`,
      }),
    );
  }

  protected override async send({ earlier }: Record<string, string>) {
    const body = {
      draftVersion: this.draft.version,
      earlier: earlier === 'valid' ? 'valid' : 'again',
    } as const;
    const released = await this.form.submit(() => api.consentTexts.release({ body }));
    if (!released) return;
    this.dispatchEvent(new CustomEvent('released', { detail: released }));
    this.open = false;
  }
}

function asked(people: number): string {
  return plural(people, {
    one: msg('What about the person who has agreed so far?'),
    other: msg(str`What about the ${number(people)} people who have agreed so far?`),
  });
}

customElements.define('muster-consent-release', MusterConsentRelease);
