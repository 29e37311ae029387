/** Step 2: which column is which field, and how the file is read. Fires `choices` with each change, and `next`. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import {
  CSV_DELIMITERS,
  IMPORT_FIELDS,
  IMPORT_LIMITS,
  type ImportChoices,
  type ImportField,
  type ImportPreview,
  TEXT_ENCODINGS,
} from '#protocol/people-files.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list } from '../../locales/intl.ts';
import { shared } from '../../styles/shared.ts';
import { ChoicesChanged } from './choices-changed.ts';
import { delimiterText, encodingText, fieldText } from './import-texts.ts';

export class MusterImportColumns extends MusterElement {
  static override properties = {
    preview: { attribute: false },
    choices: { attribute: false },
    busy: { type: Boolean },
    problem: { attribute: false },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      .between {
        justify-content: space-between;
      }
      wa-details::part(header) {
        font-weight: 550;
      }
      wa-select::part(hint) {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare preview: ImportPreview;
  declare choices: ImportChoices;
  declare busy: boolean;
  declare problem: unknown;

  override render() {
    const { missing, dates } = this.preview;
    return html`<div class="card stack" data-busy=${this.busy ? 'yes' : 'no'} data-test="columns">
      ${alert(this.problem)}
      ${
        missing.length > 0
          ? html`<p role="status" data-test="missing">
              ${msg(str`Choose a column for: ${list(missing.map(fieldText))}.`)}
            </p>`
          : nothing
      }
      <div class="fields">${IMPORT_FIELDS.map((field) => this.#column(field))}</div>
      ${this.#ignored()}
      ${
        dates === null
          ? nothing
          : this.#choice({
              test: 'dates',
              label: msg('Dates such as 03/04/2026'),
              value: dates,
              options: [
                ['day-first', msg('The day comes first (April 3)')],
                ['month-first', msg('The month comes first (March 4)')],
              ],
              change: (value) => ({ dates: value as 'day-first' }),
            })
      }
      <wa-checkbox
        .checked=${this.choices.blank === 'clear'}
        @change=${(event: Event) => this.#change({ blank: (event.target as HTMLInputElement).checked ? 'clear' : 'keep' })}
        data-test="blank"
        >${msg('A blank cell clears the field of a person who exists')}</wa-checkbox
      >
      ${this.#reading()}
      <div class="row between">
        <wa-button
          appearance="outlined"
          @click=${() => this.dispatchEvent(new Event('back'))}
          data-test="back"
        >
          ${msg('Another file')}
        </wa-button>
        <wa-button
          variant="brand"
          ?disabled=${missing.length > 0}
          ?loading=${this.busy}
          @click=${() => this.dispatchEvent(new Event('next'))}
          data-test="next"
        >
          ${msg('Check the rows')}<wa-icon slot="end" name="arrow-right"></wa-icon>
        </wa-button>
      </div>
    </div>`;
  }

  #column(field: ImportField) {
    const { mapping, columns } = this.preview;
    const column = mapping[field];
    const samples = column === undefined ? [] : (columns[column - 1]?.samples ?? []);
    return this.#choice({
      test: `column-${field}`,
      label: fieldText(field),
      hint: samples.join(' · ') || ' ',
      value: String(column ?? 0),
      options: [
        ['0', msg('Not in the file')],
        ...columns.map(({ name }, i): [string, string] => [
          String(i + 1),
          name === '' ? msg(str`Column ${letterOf(i)}`) : name,
        ]),
      ],
      change: (value) => this.#mapped(field, Number(value)),
    });
  }

  /** A column is one field: the one that had it loses it. */
  #mapped(field: ImportField, column: number): ImportChoices {
    const others = Object.entries(this.preview.mapping).map(([name, of]) => [
      name,
      name === field || of === column ? undefined : of,
    ]);
    return { ...Object.fromEntries(others), [field]: column === 0 ? undefined : column } as ImportChoices;
  }

  #ignored() {
    const { mapping, columns } = this.preview;
    const taken = new Set(Object.values(mapping));
    const names = columns.flatMap(({ name }, i) => (name !== '' && !taken.has(i + 1) ? [name] : []));
    if (names.length === 0) return nothing;
    return html`<p class="small quiet">${msg(str`Columns that are not taken over: ${list(names)}.`)}</p>`;
  }

  #reading() {
    const { kind, sheets, sheet, encoding, delimiter, headerRow } = this.preview;
    const rows = Array.from({ length: IMPORT_LIMITS.headerRows }, (_, i) => String(i + 1));
    return html`<wa-details summary=${msg('How the file is read')} data-test="reading">
      <div class="fields">
        ${
          kind === 'xlsx'
            ? this.#choice({
                test: 'sheet',
                label: msg('Sheet'),
                value: sheet ?? '',
                options: sheets.map((name) => [name, name]),
                change: (value) => ({ ...NO_COLUMNS, headerRow: undefined, sheet: value }),
              })
            : html`${this.#choice({
                test: 'encoding',
                label: msg('Encoding of letters'),
                value: encoding ?? '',
                options: TEXT_ENCODINGS.map((one) => [one, encodingText(one)]),
                change: (value) => ({ encoding: value as 'utf-8' }),
              })}
              ${this.#choice({
                test: 'delimiter',
                label: msg('Columns are separated by'),
                value: delimiter ?? '',
                options: CSV_DELIMITERS.map((one) => [one, delimiterText(one)]),
                change: (value) => ({
                  ...NO_COLUMNS,
                  headerRow: undefined,
                  delimiter: value as 'comma',
                }),
              })}`
        }
        ${this.#choice({
          test: 'header-row',
          label: msg('Row with the names of the columns'),
          value: String(headerRow),
          options: rows.map((row) => [row, row]),
          change: (value) => ({ ...NO_COLUMNS, headerRow: Number(value) }),
        })}
      </div>
    </wa-details>`;
  }

  #choice({ test, label, hint = '', value, options, change }: Choice) {
    return html`<wa-select
      label=${label}
      hint=${hint}
      .value=${value}
      @change=${(event: Event) => this.#change(change((event.target as HTMLSelectElement).value))}
      data-test=${test}
    >
      ${options.map(([of, text]) => html`<wa-option value=${of}>${text}</wa-option>`)}
    </wa-select>`;
  }

  #change(change: ImportChoices) {
    this.dispatchEvent(new ChoicesChanged({ ...this.choices, ...change }));
  }
}

interface Choice {
  test: string;
  label: string;
  hint?: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  change: (value: string) => ImportChoices;
}

/** Guessed anew. */
const NO_COLUMNS = Object.fromEntries(IMPORT_FIELDS.map((field) => [field, undefined])) as ImportChoices;

/** A, B, … as a spreadsheet names its columns. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

customElements.define('muster-import-columns', MusterImportColumns);
