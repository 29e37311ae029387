/** Adds a holiday, changes one, or replaces a public one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import {
  type EnteredHolidayView,
  HOLIDAY_OFFS,
  type HolidayRecord,
  type HolidayView,
  newHoliday,
} from '#protocol/holidays.ts';
import type { SiteView } from '#protocol/sites.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { longest } from '../../components/longest.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { dateText } from './date-text.ts';
import { dayText, offText } from './holiday-text.ts';
import { holidayScope } from './holiday-scope.ts';

export class MusterHoliday extends FormDialog {
  static override properties = {
    holiday: { attribute: false },
    site: { attribute: false },
    hasSites: { attribute: false },
    date: {},
  };
  static override styles = [
    FormDialog.styles,
    css`
      wa-radio small {
        display: block;
        color: var(--m-quiet);
        line-height: 1.4;
      }
    `,
  ];
  /** Null for a new one. A public one is replaced at this site. */
  declare holiday: HolidayView | null;
  /** That of the page. */
  declare site: SiteView;
  /** There are others. */
  declare hasSites: boolean;
  /** Of a new one. */
  declare date: string;
  #edit: SharedEdit<HolidayRecord, EnteredHolidayView> | null = null;

  constructor() {
    super();
    this.holiday = null;
    this.date = '';
  }

  override willUpdate() {
    const { holiday } = this;
    if (!holiday || !isEntered(holiday) || this.#edit) return;
    const params = { id: holiday.id };
    this.#edit = new SharedEdit<HolidayRecord, EnteredHolidayView>(this, {
      record: holiday,
      draftOf: ({ siteId, date, name, off }) => ({ siteId, date, name, off }),
      read: () => this.#read(formValues(this.renderRoot.querySelector('form')!)),
      words: () => this.#words(),
      current: () => api.holidays.get({ params }),
      send: (body, version) => api.holidays.update({ params, body, version }),
    });
  }

  override render() {
    const { holiday, form } = this;
    const { siteId, date, name, off } = this.#is;
    const isPublic = this.#isPublic;
    return this.frame(
      holiday ? msg(str`Change ${holiday.name}`) : msg('Add a holiday'),
      'holiday-dialog',
      this.sheet({
        act: holiday ? msg('Save') : msg('Add'),
        test: 'save',
        intro: html`${this.#edit?.notice()}
        ${
          isPublic
            ? html`<p data-test="replaces">
                ${msg(str`A public holiday on ${dayText(date)}. What you save here takes its place.`)}
              </p>`
            : nothing
        }`,
        fields: html`${textField({
            name: 'name',
            label: msg('Name'),
            value: name,
            required: true,
            autofocus: true,
            maxlength: longest(newHoliday.shape.name),
            fault: form.fault('name'),
          })}
          ${
            isPublic
              ? nothing
              : textField({
                  name: 'date',
                  label: msg('Date'),
                  type: 'date',
                  value: date,
                  required: true,
                  fault: form.fault('date'),
                })
          }
          <wa-radio-group name="off" label=${msg('What is free')} .value=${off} data-test="off">
            ${HOLIDAY_OFFS.map((one) => {
              const { title, consequence } = offText(one);
              return html`<wa-radio value=${one}>${title}<small>${consequence}</small></wa-radio>`;
            })}
          </wa-radio-group>
          ${this.hasSites ? holidayScope(this.site.name, siteId) : nothing}`,
      }),
    );
  }

  get #isPublic(): boolean {
    return this.holiday?.source === 'public';
  }

  get #is(): HolidayRecord {
    const { holiday, site } = this;
    if (this.#edit) return this.#edit.draft;
    const siteId = this.hasSites ? site.id : null;
    return holiday ? { ...holiday, siteId } : { siteId, date: this.date, name: '', off: 'day' };
  }

  #read({ name = '', date, off, scope }: Record<string, string>): HolidayRecord {
    const is = this.#is;
    const siteId = this.hasSites ? (scope === 'all' ? null : this.site.id) : is.siteId;
    return { name, date: date ?? is.date, off: HOLIDAY_OFFS.find((one) => one === off) ?? is.off, siteId };
  }

  #words(): DraftWords<HolidayRecord> {
    return {
      siteId: { label: msg('For'), text: (id) => (id === null ? msg('All sites') : this.site.name) },
      date: { label: msg('Date'), text: dateText },
      name: { label: msg('Name') },
      off: { label: msg('What is free'), text: (off) => offText(off).title },
    };
  }

  protected override async send(values: Record<string, string>) {
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.holidays.create({ body: this.#read(values) }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg(str`${saved.name} was changed`)) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

function isEntered(holiday: HolidayView): holiday is EnteredHolidayView {
  return holiday.id !== null && holiday.version !== null;
}

customElements.define('muster-holiday', MusterHoliday);
