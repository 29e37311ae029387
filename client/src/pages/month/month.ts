/** The month of a person, date by date, as the sheet that is signed. The month is in the address, so that Back works. */
import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { MonthSheetDay, MonthSheetView } from '#protocol/reports.ts';
import { currentUrl, navigate } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress, monthSpan } from '../../components/month-choice.ts';
import '../../components/mail-button.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { monthSheet, sheetStyles, shortDay } from './month-sheet.ts';

export class MusterMonth extends MusterElement {
  static override properties = { personId: {} };
  static override styles = [shared, listStyles, monthChoiceStyles, sheetStyles];
  declare personId: string;
  readonly controllers = [new ObservableController(this, currentUrl)];
  readonly #sheet = new Loaded(this, () =>
    api.reports.month({ params: { id: this.personId }, query: { month: this.#month } }),
  );
  /** Of the sheet that was asked for last. */
  #asked = '';

  constructor() {
    super();
    this.personId = '';
  }

  get #month(): string {
    return monthOfAddress(new URLSearchParams(location.search));
  }

  override willUpdate(_changed: PropertyValues<this>) {
    const wanted = `${this.personId}/${this.#month}`;
    if (wanted === this.#asked) return;
    // The first one is asked for by the controller.
    if (this.#asked !== '') this.#sheet.refresh();
    this.#asked = wanted;
  }

  override render() {
    const { value: sheet, error } = this.#sheet;
    const month = this.#month;
    return html`<div class="page" data-test="month-page">
      <div class="head">
        <div>
          <h1>${sheet ? this.#name(sheet) : msg('Month')}</h1>
          ${
            sheet
              ? html`<p class="quiet">
                  ${[sheet.person.number, sheet.person.department, sheet.timeZone].filter(Boolean).join(' · ')}
                </p>`
              : nothing
          }
        </div>
        ${monthChoice(month, (to) => navigate(`/people/${this.personId}/month?month=${to}`))}
      </div>
      ${alert(error)}
      ${
        sheet
          ? monthSheet(sheet, {
              month,
              onDownload: () => this.#download(month),
              more: keyed(month, this.#mail(month)),
              ...(allowed('attendance:read') && { dateCell: dayLink }),
            })
          : nothing
      }
    </div>`;
  }

  #name({ person }: MonthSheetView) {
    return allowed('people:read')
      ? html`<a href="/people/${person.id}">${person.displayName}</a>`
      : person.displayName;
  }

  #mail(month: string) {
    return html`<muster-mail-button
      .label=${msg('Send by email')}
      .send=${() =>
        api.mail.monthSheet({ params: { id: this.personId }, body: { month, language: language() } })}
    ></muster-mail-button>`;
  }

  #download(month: string) {
    const query = { report: 'month-sheets', format: 'pdf', ...monthSpan(month) } as const;
    api.reports.file({ query: { ...query, person: this.personId, language: language() } }).catch(toastError);
  }
}

/** The punches of a date are in the attendance of that day. */
function dayLink({ date }: MonthSheetDay) {
  return html`<a href="/attendance?date=${date}" data-test="day-link">${shortDay(date)}</a>`;
}

customElements.define('muster-month', MusterMonth);
