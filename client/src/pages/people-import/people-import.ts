/**
 * Import of people from a file, in three steps: the file, its columns, its rows.
 * Attributes for tests, on the page: `data-step` (file, columns, rows).
 */
import { msg } from '@lit/localize';
import { css, html } from 'lit';
import type { ImportChoices, ImportPreview, ImportProgress, ImportResult } from '#protocol/people-files.ts';
import { formStyles } from '../../components/form.styles.ts';
import { faultText } from '../../components/error-text.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { stepList, stepListStyles } from '../../components/step-list.ts';
import { api } from '../../session/api.ts';
import { ClientError } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import type { ChoicesChanged } from './choices-changed.ts';
import './columns-step.ts';
import type { FileChosen } from './file-step.ts';
import './file-step.ts';
import './preview-step.ts';

const STEPS = ['file', 'columns', 'rows'] as const;
type Step = (typeof STEPS)[number];

export class MusterPeopleImport extends MusterElement {
  static override properties = {
    step: { state: true },
    choices: { state: true },
    preview: { state: true },
    progress: { state: true },
    result: { state: true },
    busy: { state: true },
    problem: { state: true },
  };
  static override styles = [shared, formStyles, stepListStyles, css``];
  declare step: Step;
  declare choices: ImportChoices;
  declare preview: ImportPreview | null;
  declare progress: ImportProgress | null;
  declare result: ImportResult | null;
  declare busy: boolean;
  declare problem: unknown;
  #file: File | null = null;
  #asked = 0;
  /** Of this import and its repetitions: what the first one wrote is not written again. */
  #key = '';

  constructor() {
    super();
    this.busy = false;
    this.#restart();
  }

  /** Each step begins at its top, and so does the result. */
  protected override updated(changed: Map<string, unknown>) {
    if (changed.get('step') !== undefined || (changed.has('result') && this.result)) scrollTo({ top: 0 });
  }

  override render() {
    return html`<div class="page" data-step=${this.step} data-test="people-import">
      <div class="head">
        <div>
          <h1>${msg('Import people')}</h1>
          <p class="quiet">${this.#file?.name ?? msg('From the file that your HR program exports.')}</p>
        </div>
        ${stepList(
          [msg('File'), msg('Columns'), msg('Rows')],
          this.result ? STEPS.length : STEPS.indexOf(this.step),
        )}
      </div>
      ${this.#content()}
    </div>`;
  }

  #content() {
    const { preview } = this;
    if (this.step === 'file' || !preview) {
      return html`<muster-import-file
        .busy=${this.busy}
        .problem=${this.problem}
        @chosen=${this.#chosen}
      ></muster-import-file>`;
    }
    if (this.step === 'columns') {
      return html`<muster-import-columns
        .preview=${preview}
        .choices=${this.choices}
        .busy=${this.busy}
        .problem=${this.problem}
        @choices=${this.#changed}
        @back=${this.#restart}
        @next=${() => (this.step = 'rows')}
      ></muster-import-columns>`;
    }
    return html`<muster-import-preview
      class="stack"
      .preview=${preview}
      .choices=${this.choices}
      .progress=${this.progress}
      .result=${this.result}
      .busy=${this.busy}
      .problem=${this.problem}
      @choices=${this.#changed}
      @back=${this.#backToColumns}
      @run=${this.#run}
      @again=${this.#restart}
    ></muster-import-preview>`;
  }

  readonly #restart = () => {
    this.step = 'file';
    this.choices = {};
    this.preview = null;
    this.progress = null;
    this.result = null;
    this.problem = null;
    this.#file = null;
  };

  readonly #chosen = async ({ file }: FileChosen) => {
    this.choices = {};
    if (await this.#look(file)) {
      this.#file = file;
      this.step = 'columns';
    }
  };

  readonly #changed = async ({ choices }: ChoicesChanged) => {
    this.choices = choices;
    if (this.#file) await this.#look(this.#file);
  };

  readonly #backToColumns = async () => {
    this.problem = null;
    this.step = 'columns';
  };

  /** Asks the server how it understands the file. Only the last question counts. */
  async #look(file: File): Promise<boolean> {
    const asked = ++this.#asked;
    this.busy = true;
    this.problem = null;
    try {
      // Read anew each time: some browsers refuse a file that was saved again since it was chosen.
      const preview = await api.people.previewImport({ query: this.choices, body: await contentOf(file) });
      if (asked !== this.#asked) return false;
      this.preview = preview;
      this.#key = crypto.randomUUID();
      return true;
    } catch (error) {
      if (asked === this.#asked) this.problem = fileProblem(error);
      return false;
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }

  readonly #run = async () => {
    const file = this.#file;
    if (!file || this.busy) return;
    this.busy = true;
    this.problem = null;
    this.progress = null;
    try {
      this.result = await api.people.import({
        // As they were shown, whatever the file would be guessed to be now.
        query: { ...this.choices, ...this.preview?.mapping },
        body: await contentOf(file),
        key: this.#key,
        onProgress: (progress) => (this.progress = progress),
      });
    } catch (error) {
      this.problem = fileProblem(error);
    } finally {
      this.busy = false;
    }
  };
}

/** The content of the file that was chosen can no longer be read. */
class FileChangedError extends Error {}

async function contentOf(file: File): Promise<Blob> {
  try {
    return new Blob([await file.arrayBuffer()]);
  } catch (cause) {
    throw new FileChangedError(undefined, { cause });
  }
}

/** What is wrong with the file, or the error itself. */
function fileProblem(error: unknown): unknown {
  if (error instanceof FileChangedError) {
    return msg('The file was changed since you chose it. Choose it again.');
  }
  const known = ClientError.of(error);
  const fault = known.fault('file');
  return fault ? faultText(fault) : known;
}

customElements.define('muster-people-import', MusterPeopleImport);
