import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

export interface Column<Item> {
  label: string;
  /** In place of the label, such as a check box for all rows. */
  head?: unknown;
  /** Only read aloud, as over a column of buttons. */
  hiddenLabel?: boolean;
  /** Where it is shown, or what it holds: `wide` is left out on a phone, `wider` on a tablet too. */
  kind?: 'wide' | 'wider' | 'actions' | 'at' | 'ticks';
  /** Set to the right, as numbers are. */
  numeric?: boolean;
  cell: (item: Item) => unknown;
}

interface DataTable<Item> {
  /** `data-test` of the table. */
  test: string;
  columns: readonly (Column<Item> | null)[];
  items: readonly Item[];
  key: (item: Item) => unknown;
  /** One `<tr>` around these cells. */
  row: (item: Item, cells: readonly TemplateResult[]) => TemplateResult;
}

/** A table with one row for each item. A column that is null is left out. */
export function dataTable<Item>({ test, columns, items, key, row }: DataTable<Item>): TemplateResult {
  const shown = columns.filter((column) => column !== null);
  // On a narrow screen it scrolls, which the keyboard can do only where something in it takes the focus.
  const reached = shown.some(({ kind }) => kind === 'actions');
  return html`<div class="table" tabindex=${reached ? nothing : '0'}>
    <table data-test=${test}>
      <thead>
        <tr>
          ${shown.map(
            ({ label, head, hiddenLabel, ...column }) =>
              html`<th class=${classOf(column)} scope="col">
                ${head ?? (hiddenLabel ? html`<span class="sr">${label}</span>` : label)}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${repeat(items, key, (item) =>
          row(
            item,
            shown.map(({ cell, ...column }) => html`<td class=${classOf(column)}>${cell(item)}</td>`),
          ),
        )}
      </tbody>
    </table>
  </div>`;
}

function classOf({ kind = '', numeric }: { kind?: string; numeric?: boolean }): string {
  return numeric ? `number ${kind}` : kind;
}
