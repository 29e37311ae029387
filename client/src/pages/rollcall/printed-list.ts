/** A list on paper: a plain table with boxes to tick. It replaces the page whenever the browser prints it. */
import { msg } from '@lit/localize';
import { MusterElement } from '../../components/muster-element.ts';
import { css, html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';

interface PrintedRow {
  name: string;
  number: string;
  department: string;
  door: string;
  since: string;
  /** What a warden has ticked already. */
  tick: 'safe' | 'missing' | null;
}

export interface PrintedList {
  title: string;
  /** Site, and the time of the list. */
  lines: readonly string[];
  rows: readonly PrintedRow[];
}

class MusterPrintedList extends MusterElement {
  static override properties = { list: { attribute: false } };
  static override styles = css`
    :host {
      display: block;
      color: #000;
      background: #fff;
      font-size: 10.5pt;
      line-height: 1.3;
    }
    h1 {
      margin: 0;
      font-size: 18pt;
    }
    p {
      margin: 2pt 0 0;
    }
    table {
      width: 100%;
      margin-top: 10pt;
      border-collapse: collapse;
    }
    thead {
      display: table-header-group;
    }
    tr {
      break-inside: avoid;
    }
    th,
    td {
      padding: 4pt 6pt;
      border: 0.5pt solid #666;
      text-align: start;
      vertical-align: middle;
      overflow-wrap: break-word;
    }
    th {
      white-space: nowrap;
    }
    td:first-child {
      min-width: 30%;
      overflow-wrap: anywhere;
    }
    .box {
      width: 15%;
      text-align: center;
    }
    .box span {
      display: inline-grid;
      place-items: center;
      width: 14pt;
      height: 14pt;
      border: 1.2pt solid #000;
      font-weight: 700;
      line-height: 1;
    }
  `;
  declare list: PrintedList;

  override render() {
    const { title, lines, rows } = this.list;
    return html`<h1>${title}</h1>
      ${lines.map((line) => html`<p>${line}</p>`)}
      <table>
        <thead>
          <tr>
            <th scope="col">${msg('Name')}</th>
            <th scope="col">${msg('Department')}</th>
            <th scope="col">${msg('Door')}</th>
            <th scope="col">${msg('Since')}</th>
            <th scope="col" class="box">${msg('Safe')}</th>
            <th scope="col" class="box">${msg('Missing')}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, number, department, door, since, tick }) =>
              html`<tr>
                <td><strong>${name}</strong>${number ? html`<br />${number}` : nothing}</td>
                <td>${department}</td>
                <td>${door}</td>
                <td>${since}</td>
                <td class="box"><span>${tick === 'safe' ? '✓' : ''}</span></td>
                <td class="box"><span>${tick === 'missing' ? '✓' : ''}</span></td>
              </tr>`,
          )}
        </tbody>
      </table>`;
  }
}

customElements.define('muster-printed-list', MusterPrintedList);

/** Puts the list in the place of the page (see `base.css`) while it is printed, by a button or by the browser's own menu. */
export class PrintController implements ReactiveController {
  readonly #list: () => PrintedList | null;
  #sheet: HTMLElement | null = null;

  constructor(host: ReactiveControllerHost, list: () => PrintedList | null) {
    this.#list = list;
    host.addController(this);
  }

  hostConnected() {
    addEventListener('beforeprint', this.#lay);
    addEventListener('afterprint', this.#clear);
  }

  hostDisconnected() {
    removeEventListener('beforeprint', this.#lay);
    removeEventListener('afterprint', this.#clear);
    this.#clear();
  }

  print() {
    print();
  }

  readonly #lay = () => {
    const list = this.#list();
    if (!list) return;
    this.#clear();
    this.#sheet = document.createElement('div');
    this.#sheet.className = 'print-sheet';
    const printed = document.createElement('muster-printed-list') as MusterPrintedList;
    printed.list = list;
    this.#sheet.append(printed);
    document.body.append(this.#sheet);
    // The browser prints as soon as this event is over.
    printed.connectedCallback();
    (printed as unknown as { performUpdate(): void }).performUpdate();
  };

  readonly #clear = () => {
    this.#sheet?.remove();
    this.#sheet = null;
  };
}
