/**
 * The draft of the next consent text, in each of its languages. Fires `changed` when what is saved has changed, and `release`
 * when it is to be released.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import {
  CONSENT_TEXT_LENGTH,
  type ConsentDraftView,
  type ConsentTextsView,
  OFFERED_LANGUAGES,
} from '#protocol/consents.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { consentText, consentTextStyles } from '../../components/consent-text.ts';
import { faultText } from '../../components/error-text.ts';
import { FormState } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dateTime } from '../../components/format.ts';
import { mergeEdits } from '../../components/shared-edit/merge.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { collator, languageName, number } from '../../locales/intl.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import './text-dialog.ts';

type Text = ConsentTextsView['texts'][number];

export class MusterConsentDraft extends MusterElement {
  static override properties = {
    draft: { attribute: false },
    current: { attribute: false },
    texts: { state: true },
    others: { state: true },
    previewed: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    consentTextStyles,
    css`
      .language {
        display: grid;
        gap: 0.5rem;
      }
      .between {
        justify-content: space-between;
      }
      .add {
        max-width: 20rem;
      }
      wa-textarea::part(textarea) {
        line-height: 1.6;
      }
      summary {
        cursor: pointer;
        color: var(--m-accent);
      }
      details > div {
        margin-top: 0.5rem;
      }
    `,
  ];
  declare draft: ConsentDraftView;
  declare current: ConsentTextsView;
  /** What is typed in and not saved yet. */
  declare texts: readonly Text[] | null;
  /** What somebody else saved in the same language while a text was typed in. */
  declare others: readonly Text[];
  /** The language whose text is shown as people will read it. */
  declare previewed: string | null;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.texts = null;
    this.others = [];
    this.previewed = null;
  }

  get #shown(): readonly Text[] {
    return this.texts ?? this.draft.texts;
  }

  override render() {
    const { changedBy, changedAt } = this.draft;
    const shown = this.#shown;
    if (shown.length === 0) return this.#beginning();
    const saved = changedBy !== null && changedAt !== null;
    return html`<section class="card stack" data-test="consent-draft">
        <div>
          <h2>${msg('Draft of the next version')}</h2>
          <p class="quiet">
            ${
              saved
                ? msg(str`Saved by ${changedBy}, ${dateTime(changedAt)}. Nobody reads it before its release.`)
                : msg('Not saved yet. Nobody reads it before its release.')
            }
          </p>
        </div>
        ${alert(this.#form.message || this.#form.fault('texts'))}
        ${repeat(
          shown,
          (text) => text.language,
          (text, i) => this.#field(text, i),
        )}
        ${this.#moreLanguages()}
        <div class="row">
          <wa-button
            variant="brand"
            ?disabled=${this.texts === null}
            ?loading=${this.#form.busy}
            @click=${() => this.#save().catch(reportUnexpected)}
            data-test="save-draft"
            >${msg('Save draft')}</wa-button
          >
          <wa-button
            variant="brand"
            appearance="outlined"
            ?disabled=${this.texts !== null}
            @click=${() => this.dispatchEvent(new Event('release'))}
            data-test="release"
            >${msg('Release …')}</wa-button
          >
          <wa-button
            appearance="plain"
            @click=${() => this.#discard().catch(toastError)}
            data-test="discard-draft"
            >${msg('Discard draft')}</wa-button
          >
        </div>
      </section>
      <muster-confirm></muster-confirm> ${this.#preview()}`;
  }

  #beginning() {
    return html`<section class="card stack">
      <div>
        <h2>${msg('The next version')}</h2>
        <p class="quiet">
          ${msg('A draft begins with the text in force. You can change it, read it as people will, and release it when it is done.')}
        </p>
      </div>
      <div class="row">
        <wa-button
          appearance="outlined"
          @click=${() => (this.texts = this.current.texts)}
          data-test="begin-draft"
        >
          <wa-icon slot="start" name="plus"></wa-icon>${msg('Write a new version')}
        </wa-button>
      </div>
    </section>`;
  }

  #field({ language: of, text }: Text, i: number) {
    const fault = this.#fault(i);
    const name = languageName(of);
    const others = this.others.find((one) => one.language === of);
    return html`<div class="language" data-test="draft-text" data-language=${of}>
      <wa-textarea
        label=${name}
        lang=${of}
        rows="12"
        resize="auto"
        maxlength=${CONSENT_TEXT_LENGTH.max}
        hint=${fault || msg(str`${number(text.length)} characters. A blank line begins a paragraph.`)}
        aria-invalid=${fault ? 'true' : 'false'}
        .value=${text}
        @input=${(event: Event) => this.#write(of, (event.target as HTMLTextAreaElement).value)}
      ></wa-textarea>
      ${
        others
          ? html`<details data-test="others-text">
              <summary>${msg('What somebody else saved in the meantime')}</summary>
              ${consentText(others)}
            </details>`
          : nothing
      }
      <div class="row between">
        <wa-button size="s" appearance="outlined" @click=${() => (this.previewed = of)} data-test="preview">
          <wa-icon slot="start" name="eye"></wa-icon><span aria-hidden="true">${msg('Preview')}</span
          ><span class="sr">${msg(str`Preview: ${name}`)}</span>
        </wa-button>
        ${
          this.#shown.length > 1
            ? html`<wa-button
                size="s"
                appearance="plain"
                @click=${() => this.#leaveOut(of)}
                data-test="leave-out"
                ><span aria-hidden="true">${msg('Leave out')}</span
                ><span class="sr">${msg(str`Leave out ${name}`)}</span></wa-button
              >`
            : nothing
        }
      </div>
    </div>`;
  }

  /** Of one of several texts. */
  #fault(i: number): string {
    const fault = this.#form.error?.faults.find(({ path }) => path === `texts.${i}.text`);
    return fault ? faultText(fault) : '';
  }

  #moreLanguages() {
    const { compare } = collator();
    const more = OFFERED_LANGUAGES.filter((tag) => !this.#shown.some((text) => text.language === tag))
      .map((tag) => ({ tag, name: languageName(tag) }))
      .toSorted((a, b) => compare(a.name, b.name));
    return html`<wa-select
      class="add"
      label=${msg('Add a language')}
      .value=${''}
      @change=${(event: Event) => this.#add(event.target as HTMLInputElement)}
      data-test="add-language"
    >
      ${more.map(({ tag, name }) => html`<wa-option value=${tag}>${name}</wa-option>`)}
    </wa-select>`;
  }

  #preview() {
    const text = this.#shown.find((one) => one.language === this.previewed);
    if (!text) return nothing;
    return html`<muster-consent-reading
      .preview=${text}
      @done=${() => (this.previewed = null)}
    ></muster-consent-reading>`;
  }

  #write(of: string, text: string) {
    this.texts = this.#shown.map((one) => (one.language === of ? { language: of, text } : one));
  }

  #leaveOut(of: string) {
    this.texts = this.#shown.filter((one) => one.language !== of);
    this.#form.clear();
  }

  /** A new language begins with the text to be translated. */
  #add(select: HTMLInputElement) {
    const tag = select.value;
    if (!tag) return;
    const shown = this.#shown;
    const { text } = shown.find((one) => one.language === language()) ?? shown[0]!;
    this.texts = [...shown, { language: tag, text }].toSorted((a, b) => (a.language < b.language ? -1 : 1));
    select.value = '';
    this.#form.clear();
  }

  async #save() {
    const body = { texts: [...this.#shown] };
    const { version } = this.draft;
    const saved = await this.#form.submit(() => api.consentTexts.saveDraft({ body, version }));
    if (saved) {
      this.draft = saved;
      this.texts = null;
      this.others = [];
      this.dispatchEvent(new Event('changed'));
      toast(msg('Draft saved'));
    } else if (this.#form.error?.code === 'precondition-failed') {
      // What was typed in stays, and what the other one wrote in the same language stands beside it: saving once more decides.
      const before = this.draft.texts;
      this.draft = await api.consentTexts.draft();
      ({ texts: this.texts, others: this.others } = merged(before, this.#shown, this.draft.texts));
    }
  }

  async #discard() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('Discard the draft?'),
      text: msg('The draft is deleted in all its languages. The text in force stays as it is.'),
      act: msg('Discard draft'),
    });
    if (!sure) return;
    await api.consentTexts.discardDraft();
    this.draft = { ...this.draft, texts: [] };
    this.texts = null;
    this.#form.clear();
    this.dispatchEvent(new Event('changed'));
  }
}

/** A text that only one of the two changed is taken from them. */
function merged(before: readonly Text[], mine: readonly Text[], theirs: readonly Text[]) {
  const languages = [...new Set([...mine, ...theirs].map((text) => text.language))].toSorted();
  const byLanguage = (texts: readonly Text[]): Record<string, string> =>
    Object.fromEntries(languages.map((of) => [of, texts.find((text) => text.language === of)?.text ?? '']));
  const merge = mergeEdits(byLanguage(before), byLanguage(mine), byLanguage(theirs));
  const texts = Object.entries(merge.merged).map(([of, text]) => ({ language: of, text }));
  const both = new Set(merge.conflicts.map(({ field }) => field));
  return {
    texts: texts.filter(({ text }) => text !== ''),
    others: theirs.filter((text) => both.has(text.language)),
  };
}

customElements.define('muster-consent-draft', MusterConsentDraft);
