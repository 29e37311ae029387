/**
 * Adds a site, or edits one: other rules are saved only after the page has shown which days they would change. Fires
 * `done` when it closes.
 */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { SitePreviewView, SiteView } from '#protocol/sites.ts';
import { remember } from '../../app/memory.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { addDays } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { zoneFieldStyles } from '../../components/zone-field.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import {
  changedRules,
  draftOf,
  readSite,
  RULES,
  siteFields,
  type SiteDraft,
  siteFieldsStyles,
  siteWords,
} from './site-fields.ts';
import { previewList, previewStyles } from './site-preview.ts';

export class MusterSite extends FormDialog {
  static override properties = {
    site: { attribute: false },
    breaks: { state: true },
    country: { state: true },
    preview: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    siteFieldsStyles,
    zoneFieldStyles,
    previewStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  /** Null for a new one. */
  declare site: SiteView | null;
  #edit: SharedEdit<SiteDraft, SiteView> | null = null;
  /** The rule that is chosen in the form; null until somebody has chosen one. */
  declare breaks: string | null;
  /** The country that is chosen in the form; null until somebody has chosen one. */
  declare country: string | null;
  declare preview: SitePreviewView | null;
  readonly #places = new Loaded(this, async () => (await api.holidayPlaces.get()).countries);

  constructor() {
    super();
    this.site = null;
    this.breaks = null;
    this.country = null;
    this.preview = null;
  }

  override willUpdate() {
    const { site } = this;
    if (!site || this.#edit) return;
    const params = { id: site.id };
    this.#edit = new SharedEdit<SiteDraft, SiteView>(this, {
      record: site,
      draftOf,
      read: () => this.#read(),
      words: siteWords,
      current: () => api.sites.get({ params }),
      send: (body, version) => api.sites.update({ params, body, version }),
      onDraft: () => {
        this.breaks = null;
        this.country = null;
      },
      // Which days the rules of both together would change has to be shown first.
      goesOn: (taken) => this.preview === null || !taken.some((field) => RULES.includes(field as never)),
    });
  }

  override render() {
    const { site, preview } = this;
    return this.frame(
      site ? msg(str`Settings of ${site.name}`) : msg('Add a site'),
      'site-dialog',
      html`<div ?hidden=${preview !== null}>${this.#form()}</div>
        ${preview ? this.#preview(preview) : this.#buttons()}`,
    );
  }

  #form() {
    return html`<form class="stack" @submit=${this.#submitted}>
      ${this.#edit?.notice()} ${alert(this.form.message)}
      ${siteFields(this.#edit?.draft ?? null, {
        fault: (field) => this.form.fault(field),
        breaks: this.breaks,
        onBreaks: (chosen) => (this.breaks = chosen),
        place: {
          countries: this.#places.value ?? [],
          country: this.country,
          onCountry: (chosen) => (this.country = chosen),
        },
      })}
    </form>`;
  }

  #buttons() {
    return html`<wa-button slot="footer" appearance="outlined" @click=${this.close}
        >${msg('Cancel')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.form.busy}
        @click=${() => this.renderRoot.querySelector('form')?.requestSubmit()}
        data-test="save"
        >${msg('Save')}</wa-button
      >`;
  }

  /** The form stays where it is, hidden, so that "Back" finds it as it was. */
  #preview(days: SitePreviewView) {
    return html`${alert(this.form.message)} ${previewList(days)}
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.preview = null)} data-test="back"
        >${msg('Back')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.form.busy}
        @click=${() => this.#save().catch(reportUnexpected)}
        data-test="save-rules"
        >${msg('Save new rules')}</wa-button
      >`;
  }

  readonly #submitted = (event: SubmitEvent) => {
    event.preventDefault();
    this.send().catch(reportUnexpected);
  };

  #read(): SiteDraft {
    const form = this.renderRoot.querySelector('form')!;
    return readSite(formValues(form), this.#edit?.draft ?? null);
  }

  protected override async send() {
    const record = this.#edit?.record;
    const change = record ? changedRules(record, this.#read()) : null;
    if (!record || change === null) {
      await this.#save();
      return;
    }
    const today = new Date().toISOString().slice(0, 10);
    const span = { from: `${today.slice(0, 7)}-01`, to: addDays(today, 1) };
    this.preview = await this.form.submit(() =>
      api.sites.preview({ params: { id: record.id }, body: { change, ...span } }),
    );
  }

  async #save() {
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.sites.create({ body: this.#read() }),
    );
    if (!saved) {
      // A fault below a field and a conflict are shown by the form.
      if (!this.form.error || this.form.error.faults.length > 0) this.preview = null;
      return;
    }
    remember('readingChosen', true);
    toast(edit ? edit.saved(msg(str`${saved.name} was changed`)) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

customElements.define('muster-site', MusterSite);
