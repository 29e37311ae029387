import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RowChunks } from './row-chunks.ts';

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
  /** One `<tr>` around these cells. @param rowIndex `aria-rowindex`, where the list is long */
  row: (item: Item, cells: readonly TemplateResult[], rowIndex: number) => TemplateResult;
  /** Of a list that may have thousands of rows: only those near the screen are in the document. */
  long?: { chunks: RowChunks; total: number };
}

/** A table with one row for each item. A column that is null is left out. */
export function dataTable<Item>({ test, columns, items, key, row, long }: DataTable<Item>): TemplateResult {
  const shown = columns.filter((column) => column !== null);
  // On a narrow screen it scrolls, which the keyboard can do only where something in it takes the focus.
  const reached = shown.some(({ kind }) => kind === 'actions');
  const rows = (some: readonly Item[], start: number) =>
    repeat(some, key, (item, index) =>
      row(
        item,
        shown.map(({ cell, ...column }) => html`<td class=${classOf(column)}>${cell(item)}</td>`),
        // The first row is that of the headings.
        start + index + 2,
      ),
    );
  return html`<div class="table" tabindex=${reached ? nothing : '0'}>
    <table data-test=${test} aria-rowcount=${long ? long.total + 1 : nothing}>
      <thead>
        <tr aria-rowindex=${long ? 1 : nothing}>
          ${shown.map(
            ({ label, head, hiddenLabel, ...column }) =>
              html`<th class=${classOf(column)} scope="col">
                ${head ?? (hiddenLabel ? html`<span class="sr">${label}</span>` : label)}
              </th>`,
          )}
        </tr>
      </thead>
      ${
        long
          ? long.chunks.of(items).map(
              ({ index, start, items: near, height }) =>
                html`<tbody data-chunk=${index} aria-hidden=${near ? nothing : 'true'} ${long.chunks.seen}>
                  ${
                    near
                      ? rows(near, start)
                      : html`<tr class="blank">
                          <td colspan=${shown.length} style="height: ${height}px"></td>
                        </tr>`
                  }
                </tbody>`,
            )
          : html`<tbody>
              ${rows(items, 0)}
            </tbody>`
      }
    </table>
  </div>`;
}

function classOf({ kind = '', numeric }: { kind?: string; numeric?: boolean }): string {
  return numeric ? `number ${kind}` : kind;
}
