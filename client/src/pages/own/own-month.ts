/**
 * The own month, as HR sees it; each date opens its punches. Month and date are in the address, so that Back works.
 */
import { msg } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { MonthSheetDay } from '#protocol/reports.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress } from '../../components/month-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { monthSheet, sheetStyles, shortDay } from '../month/month-sheet.ts';
import './own-day.ts';

export class MusterOwnMonth extends MusterElement {
  static override styles = [
    shared,
    listStyles,
    monthChoiceStyles,
    sheetStyles,
    css`
      button.day {
        padding: 0.35rem 0;
        border: 0;
        background: none;
        color: var(--m-accent);
        font: inherit;
        text-align: start;
        text-decoration: underline;
        text-underline-offset: 3px;
        cursor: pointer;
        white-space: nowrap;
      }
    `,
  ];
  readonly controllers = [new ObservableController(this, currentUrl)];
  readonly #record = new Loaded(this, () => api.own.get());
  readonly #sheet = new Loaded(this, () => api.own.month({ query: { month: this.#month } }));
  readonly #punches = new Loaded(this, () => api.own.timesheet({ query: { month: this.#month } }));
  /** The month that was asked for last. */
  #asked = '';

  get #month(): string {
    return monthOfAddress(new URLSearchParams(location.search));
  }

  /** The date whose punches are open, YYYY-MM-DD; blank where none is. */
  get #date(): string {
    const date = new URLSearchParams(location.search).get('date') ?? '';
    return date.startsWith(`${this.#month}-`) ? date : '';
  }

  override willUpdate(_changed: PropertyValues<this>) {
    const month = this.#month;
    if (month === this.#asked) return;
    // The first ones are asked for by the controllers.
    if (this.#asked !== '') this.#refresh();
    this.#asked = month;
  }

  override render() {
    const { value: sheet, error } = this.#sheet;
    const month = this.#month;
    return html`<div class="page" data-test="own-month">
        <div class="head">
          <div>
            <h1>${msg('My month')}</h1>
            <p class="quiet">${msg('Choose a day to see its punches, or to ask for a correction.')}</p>
          </div>
          ${monthChoice(month, (to) => navigate(`/my/month?month=${to}`))}
        </div>
        ${alert(error)}
        ${
          sheet
            ? monthSheet(sheet, {
                month,
                onDownload: () => this.#download(month),
                dateCell: (day) => this.#dateCell(day),
              })
            : nothing
        }
      </div>
      ${this.#day()}`;
  }

  /** A date to come has no punches that could be wrong. */
  #dateCell({ date }: MonthSheetDay) {
    const today = this.#record.value?.today;
    if (today === undefined || date > today) return shortDay(date);
    return html`<button
      class="day"
      type="button"
      aria-haspopup="dialog"
      @click=${() => this.#open(date)}
      data-test="day"
    >
      ${shortDay(date)}
    </button>`;
  }

  #day() {
    const date = this.#date;
    const { value: record } = this.#record;
    const { value: timesheet } = this.#punches;
    if (date === '' || !record || timesheet?.month !== this.#month || date > record.today) return nothing;
    return html`<muster-own-day
      .record=${record}
      .date=${date}
      .day=${timesheet.days.find((day) => day.date === date) ?? null}
      @done=${() => this.#close(date)}
      @requested=${() => this.#refresh()}
    ></muster-own-day>`;
  }

  #open(date: string) {
    navigate(withQuery(currentUrl.value, { month: this.#month, date }));
  }

  #close(date: string) {
    navigate(withQuery(currentUrl.value, { date: '' }), { replace: true });
    // The reader goes on where they were.
    this.renderRoot.querySelector<HTMLElement>(`tr[data-date="${date}"] button`)?.focus();
  }

  #refresh() {
    this.#sheet.refresh();
    this.#punches.refresh();
  }

  #download(month: string) {
    api.own.monthFile({ query: { month, language: language() } }).catch(toastError);
  }
}

customElements.define('muster-own-month', MusterOwnMonth);
