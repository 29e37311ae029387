/** A dialog round one form. It is born open, and fires `done` when it is closed, sent or not. */
import { LitElement, html, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { shared } from '../styles/shared.ts';
import { alert } from './alert.ts';
import { FormState, formValues } from './form-state.ts';
import { formStyles } from './form.styles.ts';

interface Sheet {
  /** Above everything else, also above what went wrong. */
  intro?: TemplateResult;
  fields: unknown;
  /** Label of the sending button: the act, not "OK". */
  act: string;
  /** `data-test` of that button. */
  test: string;
  /** What went wrong with no single field; that of the form where it is not given. */
  message?: string;
}

export abstract class FormDialog extends LitElement {
  static override properties: PropertyDeclarations = { open: { state: true } };
  static override styles: CSSResultGroup = [shared, formStyles];
  declare open: boolean;
  protected readonly form = new FormState(this);

  constructor() {
    super();
    this.open = true;
  }

  /** Sends what was filled in, by `this.form.submit`, and closes the dialog or shows what came of it. */
  protected abstract send(values: Record<string, string>, form: HTMLFormElement): Promise<void>;

  protected readonly close = () => {
    this.open = false;
  };

  /** @param test `data-test` of the dialog. */
  protected frame(label: string, test: string, content: unknown): TemplateResult {
    return html`<wa-dialog label=${label} .open=${this.open} @wa-after-hide=${this.#closed} data-test=${test}>
      ${content}
    </wa-dialog>`;
  }

  /** The form with its buttons: all that `frame` holds, or one of its steps. */
  protected sheet({ intro, fields, act, test, message = this.form.message }: Sheet): TemplateResult {
    return html`<form class="stack" @submit=${this.#submit}>${intro} ${alert(message)} ${fields}</form>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>Cancel</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.form.busy}
        @click=${this.#request}
        data-test=${test}
      >
        ${act}
      </wa-button>`;
  }

  // Of what stands in the dialog, some hides too.
  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #request = () => this.renderRoot.querySelector('form')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    this.send(formValues(form), form).catch(() => {});
  };
}
