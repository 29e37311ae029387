/** The columns of a payroll file: which field, under which header, in which order. Fires `columns` with all of them. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import {
  DATE_ONLY,
  MONTH_ONLY,
  PAYROLL_FIELDS,
  type PayrollColumn,
  type PayrollField,
} from '#protocol/payroll.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import { fieldText } from './payroll-texts.ts';

const FIELDS = Object.keys(PAYROLL_FIELDS) as PayrollField[];

export class MusterPayrollColumns extends MusterElement {
  static override properties = { columns: { attribute: false }, lines: {} };
  static override styles = [
    shared,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.5rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) auto;
        gap: 0.5rem;
        align-items: center;
      }
      li > div {
        display: flex;
        gap: 0.25rem;
      }
      /* The row says what it is: these labels are for screen readers. */
      li > :not(.text)::part(label) {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
      .text {
        grid-column: 1 / 3;
      }
      wa-button {
        justify-self: start;
      }
      @media (max-width: 45rem) {
        li {
          grid-template-columns: 1fr;
          border-bottom: 1px solid var(--m-line);
          padding-bottom: 0.5rem;
        }
        .text {
          grid-column: 1;
        }
      }
    `,
  ];
  declare columns: readonly PayrollColumn[];
  declare lines: 'person' | 'date' | 'amount';

  override render() {
    return html`<div class="stack">
      <ol>
        ${this.columns.map((column, i) => this.#row(column, i))}
      </ol>
      <wa-button size="s" appearance="outlined" @click=${this.#add} data-test="add-column">
        <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a column')}
      </wa-button>
    </div>`;
  }

  #row({ field, header, text }: PayrollColumn, i: number) {
    const place = i + 1;
    return html`<li data-test="column">
      <wa-select
        size="s"
        label=${msg(str`Content of column ${place}`)}
        .value=${field}
        @change=${(event: Event) => this.#choose(i, valueOf(event) as PayrollField)}
        data-test="field"
      >
        ${this.#fields(field).map((one) => html`<wa-option value=${one}>${fieldText(one)}</wa-option>`)}
      </wa-select>
      <wa-input
        size="s"
        label=${msg(str`Header of column ${place}`)}
        .value=${header}
        maxlength="80"
        @input=${(event: Event) => this.#change(i, { header: valueOf(event) })}
        data-test="header"
      ></wa-input>
      <div>
        <wa-button
          size="s"
          appearance="plain"
          ?disabled=${i === 0}
          @click=${() => this.#up(i)}
          data-test="up"
        >
          <wa-icon name="arrow-up" label=${msg(str`Move column ${place} up`)}></wa-icon>
        </wa-button>
        <wa-button
          size="s"
          appearance="plain"
          ?disabled=${this.columns.length === 1}
          @click=${() => this.#tell(this.columns.filter((_, at) => at !== i))}
          data-test="remove-column"
        >
          <wa-icon name="trash" label=${msg(str`Remove column ${place}`)}></wa-icon>
        </wa-button>
      </div>
      ${
        field === 'fixed'
          ? html`<wa-input
              class="text"
              size="s"
              label=${msg('Text in each line')}
              .value=${text}
              maxlength="80"
              @input=${(event: Event) => this.#change(i, { text: valueOf(event) })}
              data-test="text"
            ></wa-input>`
          : nothing
      }
    </li>`;
  }

  /** Those that lines of this kind can have; one that was chosen before stays, and the server says what is wrong with it. */
  #fields(chosen: PayrollField): PayrollField[] {
    const barred = this.lines === 'date' ? MONTH_ONLY : DATE_ONLY;
    return FIELDS.filter((field) => field === chosen || !barred.includes(field));
  }

  readonly #add = () => {
    const free = this.#fields('number').find((field) => this.columns.every((one) => one.field !== field));
    const field = free ?? 'fixed';
    this.#tell([...this.columns, { field, header: fieldText(field), text: '' }]);
  };

  /** A header that nobody has written follows the field. */
  #choose(i: number, field: PayrollField) {
    const { field: before, header } = this.columns[i]!;
    const isOwn = header !== fieldText(before) && header !== '';
    this.#change(i, { field, ...(!isOwn && { header: fieldText(field) }) });
  }

  #up(i: number) {
    const moved = [...this.columns];
    moved.splice(i - 1, 0, ...moved.splice(i, 1));
    this.#tell(moved);
  }

  #change(i: number, change: Partial<PayrollColumn>) {
    this.#tell(this.columns.map((column, at) => (at === i ? { ...column, ...change } : column)));
  }

  #tell(columns: readonly PayrollColumn[]) {
    this.columns = columns;
    this.dispatchEvent(new CustomEvent('columns', { detail: columns }));
  }
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

customElements.define('muster-payroll-columns', MusterPayrollColumns);
