/** Who was in and out on one work day, with corrections and the export of a month. The day is in the address, so that Back works. */
import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { AttendanceView, PunchView, WorkDayView } from '#protocol/attendance.ts';
import { allowed } from '../../app/session.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { toastError } from '../../app/toasts.ts';
import { formStyles } from '../../components/form.styles.ts';
import { addDays, longDate } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { styles } from './attendance.styles.ts';
import './correction-dialog.ts';
import { dayColumns } from './day-columns.ts';
import './punch-dialog.ts';
import './snapshot-dialog.ts';
import type { MusterSnapshot } from './snapshot-dialog.ts';

/** The list follows the doors, ms. */
const REFRESH = 10_000;

export class MusterAttendance extends MusterElement {
  static override properties = { correcting: { state: true }, shown: { state: true } };
  static override styles = [shared, formStyles, listStyles, styles];
  /** The person a punch is added for; empty where the number is to be typed. */
  declare correcting: { number: string; name: string } | null;
  /** The punch whose story is shown. */
  declare shown: { punch: PunchView; day: WorkDayView } | null;
  readonly controllers = [new ObservableController(this, currentUrl)];
  readonly #view = new Loaded(this, () => this.#load());
  #timer: ReturnType<typeof setInterval> | null = null;
  /** The day that was asked for last. */
  #asked: string | null = null;
  /** The current work date, as the server said when it was asked for it last. */
  #today = '';

  constructor() {
    super();
    this.correcting = null;
    this.shown = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.#view.refresh();
    }, REFRESH);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  /** YYYY-MM-DD; empty for the current work day, which the server knows. */
  get #date(): string {
    const date = new URLSearchParams(location.search).get('date') ?? '';
    return /^\d{4}-\d\d-\d\d$/.test(date) ? date : '';
  }

  override willUpdate(_changed: PropertyValues<this>) {
    const date = this.#date;
    if (date === this.#asked) return;
    // The first one is asked for by the controller.
    if (this.#asked !== null) this.#view.refresh();
    this.#asked = date;
  }

  override render() {
    const { value, error } = this.#view;
    const date = value?.date ?? this.#date;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('Attendance')}</h1>
          <p class="quiet">${date ? longDate(date) : ' '}${value ? ` · ${value.timeZone}` : ''}</p>
        </div>
        ${this.#dayChoice(date)}
      </div>
      <div class="row end acts">
        ${
          allowed('attendance:correct')
            ? html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => (this.correcting = { number: '', name: '' })}
                data-test="correct"
              >
                <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a missed punch')}
              </wa-button>`
            : nothing
        }
        ${
          allowed('months:read') && date
            ? html`<wa-button
                size="s"
                appearance="outlined"
                href="/closings?month=${date.slice(0, 7)}"
                data-test="close-month"
              >
                <wa-icon slot="start" name="lock"></wa-icon>${msg('Close month')}
              </wa-button>`
            : nothing
        }
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${!date}
          title=${msg('All days of this month, for a spreadsheet')}
          @click=${() => exportMonth(date)}
          data-test="report"
        >
          <wa-icon slot="start" name="download"></wa-icon>${msg('Export month (CSV)')}
        </wa-button>
      </div>
      ${listCard(
        { items: value?.days ?? null, error },
        {
          empty: emptyState({
            icon: 'calendar',
            title: msg('No punches on this day'),
            text: msg('Punches appear here as soon as a station or camera records them.'),
            test: 'attendance',
          }),
          table: (days) => this.#table(days),
        },
      )}
      ${value && value.figures.absent > 0 ? html`<p class="quiet small">${absentText(value.figures.absent)}</p>` : nothing}
      <muster-snapshot></muster-snapshot>
      ${
        this.correcting
          ? html`<muster-correction
              .date=${date}
              .number=${this.correcting.number}
              .name=${this.correcting.name}
              @done=${this.#corrected}
            ></muster-correction>`
          : nothing
      }
      ${
        this.shown
          ? html`<muster-punch
              .punch=${this.shown.punch}
              .day=${this.shown.day}
              @done=${this.#corrected}
            ></muster-punch>`
          : nothing
      }
    </div>`;
  }

  #dayChoice(date: string) {
    return html`<div class="days">
      <wa-button appearance="outlined" ?disabled=${!date} @click=${() => this.#go(addDays(date, -1))}>
        <wa-icon name="arrow-left" label=${msg('Previous day')}></wa-icon>
      </wa-button>
      <wa-input
        class="unlabeled"
        type="date"
        label=${msg('Date')}
        .value=${date}
        @change=${(e: Event) => this.#go((e.target as HTMLInputElement).value)}
        data-test="date"
      ></wa-input>
      <wa-button appearance="outlined" ?disabled=${!date} @click=${() => this.#go(addDays(date, 1))}>
        <wa-icon name="arrow-right" label=${msg('Next day')}></wa-icon>
      </wa-button>
      <wa-button appearance="plain" ?disabled=${this.#date === ''} @click=${() => this.#go('')}>
        ${msg('Today')}
      </wa-button>
    </div>`;
  }

  #table(days: readonly WorkDayView[]) {
    return dataTable({
      test: 'attendance',
      columns: dayColumns({
        correct: ({ number: of, displayName }) => (this.correcting = { number: of, name: displayName }),
        showSnapshot: this.#showSnapshot,
        showPunch: (punch, day) => (this.shown = { punch, day }),
      }),
      items: days,
      key: ({ person, date }) => `${person.id} ${date}`,
      row: ({ person }, cells) =>
        html`<tr data-test="day" data-person=${person.id}>
          ${cells}
        </tr>`,
    });
  }

  async #load(): Promise<AttendanceView> {
    const view = await api.attendance.day({ query: { date: this.#date } });
    this.#today = view.today;
    return view;
  }

  readonly #showSnapshot = ({ id }: PunchView, label: string) => {
    this.renderRoot.querySelector<MusterSnapshot>('muster-snapshot')?.show(id, label);
  };

  readonly #corrected = () => {
    this.correcting = null;
    this.shown = null;
    this.#view.refresh();
  };

  /** Today is asked for without a date, so that the page follows the server when the work day turns. */
  #go(date: string) {
    navigate(withQuery(currentUrl.value, { date: date === this.#today ? '' : date }));
  }
}

function exportMonth(date: string): void {
  const month = date.slice(0, 7);
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  api.attendance.report({ query: { from: `${month}-01`, to: `${month}-${days}` } }).catch(toastError);
}

function absentText(people: number): string {
  const amount = number(people);
  return plural(people, {
    one: msg('1 active person has no punch on this day.'),
    other: msg(str`${amount} active people have no punch on this day.`),
  });
}

customElements.define('muster-attendance', MusterAttendance);
