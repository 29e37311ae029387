/** Step 3: what an import would do with each row, and the import itself. Fires `choices`, `run`, `back` and `again`. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import {
  IMPORT_ACTS,
  type ImportAct,
  type ImportChoices,
  type ImportPreview,
  type ImportProgress,
  type ImportResult,
  type ImportRow,
} from '#protocol/people-files.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { tableStyles } from '../../components/list-page/table.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number, plural } from '../../locales/intl.ts';
import { saveBlob } from '../../session/save.ts';
import { shared } from '../../styles/shared.ts';
import { ChoicesChanged } from './choices-changed.ts';
import { actText, fieldText, problemText } from './import-texts.ts';
import { resultFile } from './result-file.ts';

/** Rows that are shown at first, and more with each request. */
const PAGE = 100;

const CHIPS: Record<ImportAct, string> = {
  create: 'good',
  update: 'info',
  unchanged: '',
  'left-out': 'warn',
};

export class MusterImportPreview extends MusterElement {
  static override properties = {
    preview: { attribute: false },
    choices: { attribute: false },
    progress: { attribute: false },
    result: { attribute: false },
    busy: { type: Boolean },
    problem: { attribute: false },
    act: { state: true },
    shown: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    tableStyles,
    css`
      .counts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.5rem), 1fr));
        gap: 0.75rem;
      }
      .counts button {
        display: grid;
        gap: 0.15rem;
        padding: 0.85rem 1rem;
        border: 1px solid var(--m-line-strong);
        border-radius: var(--m-radius);
        background: var(--m-surface);
        color: var(--m-text);
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .counts button[aria-pressed='true'] {
        border-color: var(--m-accent);
        box-shadow: inset 0 0 0 1px var(--m-accent);
      }
      .counts strong {
        font-size: 1.5rem;
        font-weight: 680;
        font-variant-numeric: tabular-nums;
      }
      .between {
        justify-content: space-between;
      }
      td.at {
        font-variant-numeric: tabular-nums;
        color: var(--m-quiet);
      }
      td {
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      td .chip + ul,
      td .narrow {
        margin-top: 0.35rem;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 0.25rem;
      }
      .more {
        padding: 0.75rem 1rem;
        text-align: center;
        border-top: 1px solid var(--m-line);
      }
    `,
  ];
  declare preview: ImportPreview;
  declare choices: ImportChoices;
  declare progress: ImportProgress | null;
  declare result: ImportResult | null;
  declare busy: boolean;
  declare problem: unknown;
  /** Of the rows that are shown; null for all. */
  declare act: ImportAct | null;
  declare shown: number;

  constructor() {
    super();
    this.progress = null;
    this.result = null;
    this.busy = false;
    this.problem = null;
    this.act = null;
    this.shown = PAGE;
  }

  override render() {
    const { counts, rows } = this.result ?? this.preview;
    return html`${this.#summary()}
      <div class="counts" role="group" aria-label=${msg('Filters')}>
        ${IMPORT_ACTS.map(
          (act) =>
            html`<button
              type="button"
              aria-pressed=${this.act === act ? 'true' : 'false'}
              @click=${() => this.#show(this.act === act ? null : act)}
              data-test="count-${act}"
            >
              <strong>${number(counts[act])}</strong><span class="small quiet">${actText(act)}</span>
            </button>`,
        )}
      </div>
      ${this.#table(rows.filter(({ act }) => this.act === null || act === this.act))}`;
  }

  #summary() {
    const { counts } = this.preview;
    if (this.result) return this.#done(this.result);
    const people = counts.create + counts.update;
    return html`<div class="card stack" data-test="summary">
      ${alert(this.problem)} ${this.#departments()}
      ${counts['left-out'] > 0 ? html`<p data-test="left-out">${leftOut(counts['left-out'])}</p>` : nothing}
      ${people === 0 ? html`<p>${msg('There is nothing to import: everyone in the file is unchanged or left out.')}</p>` : nothing}
      ${this.busy ? this.#progress() : nothing}
      <div class="row between">
        <wa-button
          appearance="outlined"
          ?disabled=${this.busy}
          @click=${() => this.dispatchEvent(new Event('back'))}
          data-test="back"
        >
          ${msg('Change the columns')}
        </wa-button>
        <wa-button
          variant="brand"
          ?disabled=${people === 0}
          ?loading=${this.busy}
          @click=${() => this.dispatchEvent(new Event('run'))}
          data-test="run"
        >
          ${this.problem ? msg('Try again') : importText(people)}
        </wa-button>
      </div>
    </div>`;
  }

  #departments() {
    const { unknownDepartments } = this.preview;
    if (unknownDepartments.length === 0) return nothing;
    return html`<div data-test="unknown-departments">
      <p>${strangersText(unknownDepartments)}</p>
      <wa-checkbox
        .checked=${this.choices.unknownDepartments === 'add'}
        ?disabled=${this.busy}
        @change=${this.#addDepartments}
        data-test="add-departments"
        >${msg('Add them to the list of departments')}</wa-checkbox
      >
    </div>`;
  }

  readonly #addDepartments = (event: Event) => {
    const { checked } = event.target as HTMLInputElement;
    const unknownDepartments = checked ? 'add' : 'leave-out';
    this.dispatchEvent(new ChoicesChanged({ ...this.choices, unknownDepartments }));
  };

  #progress() {
    const { done, of } = this.progress ?? { done: 0, of: 1 };
    const share = Math.floor((100 * done) / of);
    return html`<wa-progress-bar
      label=${msg('Importing')}
      value=${share}
      ?indeterminate=${this.progress === null}
      data-test="progress"
    ></wa-progress-bar>`;
  }

  #done({ counts, rows }: ImportResult) {
    return html`<div class="card stack" role="status" data-test="done">
      <h2>${doneText(counts.create + counts.update)}</h2>
      ${counts['left-out'] > 0 ? html`<p>${leftOut(counts['left-out'])}</p>` : nothing}
      <div class="row">
        <wa-button variant="brand" href="/people?sort=newest" data-test="people"
          >${msg('Show the people')}</wa-button
        >
        <wa-button
          appearance="outlined"
          @click=${() => saveBlob(resultFile(rows), `${msg('import-result')}.csv`)}
          data-test="result"
        >
          <wa-icon slot="start" name="download"></wa-icon>${msg('Result (CSV)')}
        </wa-button>
        <wa-button
          appearance="plain"
          @click=${() => this.dispatchEvent(new Event('again'))}
          data-test="again"
        >
          ${msg('Import another file')}
        </wa-button>
      </div>
    </div>`;
  }

  #table(rows: readonly ImportRow[]) {
    if (rows.length === 0) return nothing;
    return html`<div class="card flush">
      ${dataTable({
        test: 'rows',
        columns: [
          { label: msg('Row'), kind: 'at', cell: ({ row }) => number(row) },
          { label: msg('Name'), cell: person },
          { label: msg('What happens'), cell: outcome },
        ],
        items: rows.slice(0, this.shown),
        key: ({ row }) => row,
        row: ({ row, act }, cells) =>
          html`<tr data-test="row" data-row=${row} data-act=${act}>
            ${cells}
          </tr>`,
      })}
      ${
        rows.length > this.shown
          ? html`<div class="more">
              <wa-button appearance="plain" @click=${() => (this.shown += PAGE)} data-test="more">
                ${msg(str`Show more (${number(rows.length - this.shown)})`)}
              </wa-button>
            </div>`
          : nothing
      }
    </div>`;
  }

  #show(act: ImportAct | null) {
    this.act = act;
    this.shown = PAGE;
  }
}

function person(row: ImportRow) {
  return html`<strong>${row.name || '–'}</strong>
    <div class="small quiet number">${row.number}</div>`;
}

function outcome({ act, changes, problems }: ImportRow) {
  return html`<span class="chip ${CHIPS[act]}">${actText(act)}</span>${
      changes.length > 0 ? html`<div class="small quiet">${list(changes.map(fieldText))}</div>` : nothing
    }${
      problems.length > 0
        ? html`<ul class="small" data-test="problems">
            ${problems.map((problem) => html`<li>${problemText(problem)}</li>`)}
          </ul>`
        : nothing
    }`;
}

/** Names that are told; there may be hundreds. */
const TOLD = 20;

function strangersText(names: readonly string[]): string {
  const more = names.length - TOLD;
  const told = list([
    ...names.slice(0, TOLD),
    ...(more > 0 ? [plural(more, { one: msg('1 more'), other: msg(str`${number(more)} more`) })] : []),
  ]);
  return plural(names.length, {
    one: msg(str`This department is not in the list: ${told}. Its rows are left out unless you add it.`),
    other: msg(
      str`These departments are not in the list: ${told}. Their rows are left out unless you add them.`,
    ),
  });
}

function importText(people: number): string {
  const amount = number(people);
  return plural(people, { one: msg('Import 1 person'), other: msg(str`Import ${amount} people`) });
}

function doneText(people: number): string {
  const amount = number(people);
  return plural(people, {
    one: msg('1 person was imported'),
    other: msg(str`${amount} people were imported`),
  });
}

function leftOut(rows: number): string {
  const amount = number(rows);
  return plural(rows, {
    one: msg('1 row has problems and is left out. Correct it in the file and import it again.'),
    other: msg(
      str`${amount} rows have problems and are left out. Correct them in the file and import it again.`,
    ),
  });
}

customElements.define('muster-import-preview', MusterImportPreview);
