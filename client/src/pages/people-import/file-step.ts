/** Step 1: the file. Fires `chosen` with it. */
import { msg } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { IMPORT_LIMITS } from '#protocol/people-files.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';

export class FileChosen extends Event {
  readonly file: File;
  constructor(file: File) {
    super('chosen');
    this.file = file;
  }
}

export class MusterImportFile extends MusterElement {
  static override properties = {
    busy: { type: Boolean },
    problem: { attribute: false },
    over: { state: true },
    tooLarge: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      .drop {
        display: grid;
        justify-items: center;
        gap: 0.75rem;
        padding: clamp(1.75rem, 6vw, 3.5rem) 1.25rem;
        border: 2px dashed var(--m-line-strong);
        border-radius: var(--m-radius-l);
        text-align: center;
      }
      .drop[data-over] {
        border-color: var(--m-accent);
        background: var(--m-accent-soft);
      }
      .drop > wa-icon {
        font-size: 2.25rem;
        color: var(--m-accent);
      }
      ul {
        margin: 0;
        padding-inline-start: 1.2rem;
        display: grid;
        gap: 0.4rem;
      }
    `,
  ];
  declare busy: boolean;
  /** Why the last file could not be read. */
  declare problem: unknown;
  declare over: boolean;
  declare tooLarge: boolean;

  constructor() {
    super();
    this.busy = false;
    this.problem = null;
    this.over = false;
    this.tooLarge = false;
  }

  override render() {
    return html`<div class="card stack">
      ${alert(this.tooLarge ? msg('This file is larger than 20 MB.') : this.problem)}
      <div
        class="drop"
        ?data-over=${this.over}
        @dragover=${this.#drag}
        @dragleave=${() => (this.over = false)}
        @drop=${this.#drop}
      >
        <wa-icon name="upload"></wa-icon>
        <strong>${msg('Drop a CSV or Excel file here')}</strong>
        <input
          type="file"
          accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          aria-label=${msg('File with people')}
          hidden
          @change=${this.#pick}
          data-test="file"
        />
        <wa-button variant="brand" ?loading=${this.busy} @click=${this.#open} data-test="choose">
          ${msg('Choose a file')}
        </wa-button>
        <p class="small quiet">${msg('At most 20,000 rows and 20 MB. Nothing is saved yet.')}</p>
      </div>
      <ul class="small quiet">
        <li>
          ${msg('The file needs a column with the employee number. It decides who is new and who is changed.')}
        </li>
        <li>${msg('Columns may be in any order, with the names that your HR program gives them.')}</li>
        <li>${msg('People who are not in the file stay as they are.')}</li>
      </ul>
    </div>`;
  }

  readonly #open = () => this.renderRoot.querySelector('input')?.click();

  readonly #drag = (event: DragEvent) => {
    event.preventDefault();
    this.over = true;
  };

  readonly #drop = (event: DragEvent) => {
    event.preventDefault();
    this.over = false;
    this.#choose(event.dataTransfer?.files[0]);
  };

  readonly #pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    this.#choose(input.files?.[0]);
    // The same file, corrected and saved again, can be chosen again.
    input.value = '';
  };

  #choose(file: File | undefined) {
    if (!file || this.busy) return;
    this.tooLarge = file.size > IMPORT_LIMITS.bytes;
    if (!this.tooLarge) this.dispatchEvent(new FileChosen(file));
  }
}

customElements.define('muster-import-file', MusterImportFile);
