/** The weeks of a rota to fill in: the shifts of each day. Fires `weeks` with all of them whenever one changes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { MOST_WEEKS, type RotaRecord, type ShiftView, SHIFTS_A_DAY } from '#protocol/schedules.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import { weekdayText } from './rota-text.ts';

type Weeks = RotaRecord['weeks'];

export class MusterRotaWeeks extends MusterElement {
  static override properties = {
    weeks: { attribute: false },
    shifts: { attribute: false },
    several: { state: true },
  };
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0.9rem 1rem 1rem;
        border: 1px solid var(--m-line);
        border-radius: var(--m-radius);
      }
      legend {
        padding: 0 0.4rem;
        font-weight: 620;
      }
      .days {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
        gap: 0.6rem;
        align-items: start;
        margin-bottom: 0.75rem;
      }
      .day {
        display: grid;
        gap: 0.35rem;
      }
      @media (max-width: 56rem) {
        .days {
          grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr));
        }
      }
    `,
  ];
  declare weeks: Weeks;
  declare shifts: readonly ShiftView[];
  /** Whether a day may have more than one shift, as chosen in the form; null for as it is. */
  declare several: boolean | null;

  constructor() {
    super();
    this.weeks = [];
    this.shifts = [];
    this.several = null;
  }

  override render() {
    return html`${this.weeks.map((_, week) => this.#week(week))}
      <div class="row">
        ${
          this.weeks.length < MOST_WEEKS
            ? html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#change([...this.weeks, this.weeks.at(-1) ?? []])}
                data-test="add-week"
              >
                <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a week')}
              </wa-button>`
            : nothing
        }
        <wa-switch
          ?checked=${this.#several}
          @change=${(event: Event) => (this.several = (event.target as HTMLInputElement).checked)}
          data-test="several-shifts"
          >${msg('Some days have several shifts')}</wa-switch
        >
      </div>`;
  }

  get #several(): boolean {
    return this.several ?? this.weeks.flat().some((ids) => ids.length > 1);
  }

  #week(week: number) {
    const number = week + 1;
    return html`<fieldset data-test="rota-week">
      <legend>${this.weeks.length === 1 ? msg('Every week') : msg(str`Week ${number}`)}</legend>
      <div class="days">${this.weeks[week]!.map((ids, day) => this.#day(week, day, ids))}</div>
      <div class="row">
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => this.#likeMonday(week)}
          data-test="like-monday"
          >${msg('Monday to Friday like Monday')}</wa-button
        >
        ${
          this.weeks.length > 1
            ? html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#change(this.weeks.toSpliced(week, 1))}
                data-test="remove-week"
                ><span aria-hidden="true">${msg('Remove')}</span
                ><span class="sr">${msg(str`Remove week ${number}`)}</span></wa-button
              >`
            : nothing
        }
      </div>
    </fieldset>`;
  }

  #day(week: number, day: number, ids: readonly string[]) {
    const fields = this.#several ? Math.min(ids.length + 1, SHIFTS_A_DAY) : Math.max(ids.length, 1);
    return html`<div class="day">
      ${Array.from({ length: fields }, (_, index) => {
        const label = weekdayText(day + 1);
        const nth = index + 1;
        return html`<wa-select
          size="s"
          label=${index === 0 ? label : msg(str`${label}, shift ${nth}`)}
          .value=${ids[index] ?? 'free'}
          @change=${(event: Event) =>
            this.#set(week, day, index, (event.target as HTMLSelectElement).value ?? 'free')}
          data-test="day-${day + 1}"
        >
          <wa-option value="free">${index === 0 ? msg('free') : '–'}</wa-option>
          ${this.shifts.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
        </wa-select>`;
      })}
    </div>`;
  }

  #set(week: number, day: number, index: number, value: string) {
    const ids = this.weeks[week]![day]!.toSpliced(index, 1, ...(value === 'free' ? [] : [value]));
    this.#change(this.weeks.with(week, this.weeks[week]!.with(day, ids)));
  }

  #likeMonday(week: number) {
    const days = this.weeks[week]!;
    const [monday = []] = days;
    const asMonday = days.map((ids, day) => (day < 5 ? monday : ids));
    this.#change(this.weeks.with(week, asMonday));
  }

  #change(weeks: Weeks) {
    this.weeks = weeks;
    this.dispatchEvent(new CustomEvent<Weeks>('weeks', { detail: weeks }));
  }
}

customElements.define('muster-rota-weeks', MusterRotaWeeks);
