/**
 * Imports the holidays of a calendar file: the file, then a preview of every date and of every event that is left out; only
 * then is anything written. Fires `done` when it closes.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { CALENDAR_FILE_MOST, type HolidayImport, type HolidayImportPreview } from '#protocol/holidays.ts';
import type { SiteView } from '#protocol/sites.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { textField } from '../../components/text-field.ts';
import { number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { holidayPreview, holidayPreviewStyles } from './holiday-preview.ts';
import { holidayScope } from './holiday-scope.ts';

export class MusterHolidayImport extends FormDialog {
  static override properties = {
    site: { attribute: false },
    hasSites: { attribute: false },
    year: { type: Number },
    file: { state: true },
    checked: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    holidayPreviewStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
      .file {
        display: grid;
        gap: 0.35rem;
        font-size: 0.9375rem;
      }
      .file span {
        font-weight: 550;
      }
      .file input {
        font: inherit;
        width: 100%;
      }
      .file[data-fault] small {
        color: var(--m-danger);
        font-weight: 550;
      }
    `,
  ];
  /** That of the page. */
  declare site: SiteView;
  /** There are others. */
  declare hasSites: boolean;
  /** That of the page. */
  declare year: number;
  declare file: File | null;
  /** What was sent for the preview, and its answer. */
  declare checked: { input: HolidayImport; preview: HolidayImportPreview } | null;
  #tooLarge = false;

  constructor() {
    super();
    this.file = null;
    this.checked = null;
  }

  override render() {
    const { checked } = this;
    return this.frame(
      msg('Import a calendar file'),
      'holiday-import',
      // The form stays where it is, hidden, so that "Back" finds it as it was.
      html`<div ?hidden=${checked !== null}>${this.#form()}</div>
        ${checked ? this.#preview(checked.preview) : this.#buttons()}`,
    );
  }

  #form() {
    const { form } = this;
    const fault = this.#tooLarge ? msg('This file is larger than 500 kB.') : form.fault('ics');
    return html`<form class="stack" @submit=${this.#submitted}>
      ${alert(form.message)}
      <p class="quiet">
        ${msg('Whole-day events of the file become holidays. Nothing is saved before you have seen them.')}
      </p>
      <label class="file" ?data-fault=${fault !== ''}>
        <span>${msg('Calendar file (.ics)')}</span>
        <input
          type="file"
          accept=".ics,text/calendar"
          required
          @change=${this.#picked}
          aria-invalid=${fault ? 'true' : 'false'}
          data-test="file"
        />
        ${fault ? html`<small>${fault}</small>` : nothing}
      </label>
      <div class="fields">
        ${this.#date('from', msg('From'), `${this.year}-01-01`)}
        ${this.#date('to', msg('Until'), `${this.year}-12-31`)}
      </div>
      ${this.hasSites ? holidayScope(this.site.name, this.site.id) : nothing}
      <button type="submit" hidden></button>
    </form>`;
  }

  #date(name: string, label: string, value: string) {
    return textField({ name, label, type: 'date', value, required: true, fault: this.form.fault(name) });
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
        data-test="check"
        >${msg('Check the file')}</wa-button
      >`;
  }

  #preview(preview: HolidayImportPreview) {
    const taken = preview.holidays.filter(({ act }) => act !== 'kept').length;
    const changes =
      preview.removed.length > 0 || preview.holidays.some(({ act }) => act !== 'kept' && act !== 'unchanged');
    return html`${alert(this.form.message)} ${holidayPreview(preview)}
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.checked = null)} data-test="back"
        >${msg('Back')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?disabled=${!changes}
        ?loading=${this.form.busy}
        @click=${() => this.#import().catch(reportUnexpected)}
        data-test="import"
        >${plural(taken, {
          one: msg('Import 1 holiday'),
          other: msg(str`Import ${number(taken)} holidays`),
        })}</wa-button
      >`;
  }

  readonly #picked = (event: Event) => {
    this.file = (event.target as HTMLInputElement).files?.[0] ?? null;
    this.#tooLarge = this.file !== null && this.file.size > CALENDAR_FILE_MOST;
    this.form.clear();
  };

  readonly #submitted = (event: SubmitEvent) => {
    event.preventDefault();
    this.send(formValues(event.target as HTMLFormElement)).catch(reportUnexpected);
  };

  protected override async send({ from = '', to = '', scope }: Record<string, string>) {
    const { file, site, hasSites } = this;
    if (!file || this.#tooLarge) return;
    const siteId = hasSites && scope !== 'all' ? site.id : null;
    const checked = await this.form.submit(async () => {
      const input = { siteId, from, to, ics: await file.text() };
      return { input, preview: await api.holidays.preview({ body: input }) };
    });
    if (checked) this.checked = checked;
  }

  async #import() {
    const { input } = this.checked!;
    const done = await this.form.submit(() => api.holidays.import({ body: input }));
    if (!done) return;
    toast(
      plural(done.imported, {
        one: msg('1 holiday was imported'),
        other: msg(str`${number(done.imported)} holidays were imported`),
      }),
    );
    this.open = false;
  }
}

customElements.define('muster-holiday-import', MusterHolidayImport);
