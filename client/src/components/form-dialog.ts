/** A dialog around one form. It opens at once, and fires `done` when it closes, whether the form was sent or not. */
import { msg } from '@lit/localize';
import { html, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { reportUnexpected } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';
import { alert } from './alert.ts';
import { MusterElement } from './muster-element.ts';
import { FormState, formValues } from './form-state.ts';
import { formStyles } from './form.styles.ts';

interface Sheet {
  /** Above everything else, the error message included. */
  intro?: TemplateResult;
  fields: unknown;
  /** Label of the button that sends the form: the action itself, not "OK". */
  act: string;
  /** `data-test` of that button. */
  test: string;
  /** An error that belongs to no single field; by default that of the form. */
  message?: string;
}

const FIELDS = ['input', 'select', 'textarea', 'radio-group', 'checkbox', 'switch', 'slider']
  .map((name) => `wa-${name}`)
  .join();

export abstract class FormDialog extends MusterElement {
  static override properties: PropertyDeclarations = { open: { state: true } };
  static override styles: CSSResultGroup = [shared, formStyles];
  declare open: boolean;
  protected readonly form = new FormState(this);

  constructor() {
    super();
    this.open = true;
  }

  /** A dialog that opens at once focuses nothing by itself, and the first Tab would lead to its cross. */
  protected override firstUpdated() {
    this.focusFirst();
  }

  /** The focus goes to the first field, unless it is in the form already. */
  protected focusFirst() {
    requestAnimationFrame(() => {
      const form = this.renderRoot.querySelector('form');
      if (form?.contains(this.shadowRoot!.activeElement)) return;
      form?.querySelector<HTMLElement>(FIELDS)?.focus();
    });
  }

  /** Sends the values by `this.form.submit`, then closes the dialog or shows the result. */
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

  /** The form with its buttons: the whole content of `frame`, or one of its steps. */
  protected sheet({ intro, fields, act, test, message = this.form.message }: Sheet): TemplateResult {
    return html`<form class="stack" @submit=${this.#submit}>
        ${intro} ${alert(message)} ${fields}
        <!-- The buttons are outside of the form: without this one, Enter would not send it. -->
        <button type="submit" hidden></button>
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>${msg('Cancel')}</wa-button>
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

  // Elements inside the dialog, such as drop-down lists, fire this event too.
  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #request = () => this.renderRoot.querySelector('form')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    this.send(formValues(form), form).catch(reportUnexpected);
  };
}
