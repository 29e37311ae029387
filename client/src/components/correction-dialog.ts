/** A punch by hand, for somebody whom a station missed. Fires `done` when it is closed. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { toast } from '../app/toasts.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';
import { alert } from './alert.ts';
import { FormState, formValues } from './form-state.ts';
import { formStyles } from './form.styles.ts';
import { textField } from './text-field.ts';

export class MusterCorrection extends LitElement {
  static override properties = {
    date: {},
    number: {},
    name: {},
    open: { state: true },
  };
  static override styles = [shared, formStyles];
  /** YYYY-MM-DD. */
  declare date: string;
  /** Employee number and name of whom it is for; both empty where that is to be typed. */
  declare number: string;
  declare name: string;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.date = '';
    this.number = '';
    this.name = '';
    this.open = true;
  }

  override render() {
    const form = this.#form;
    return html`<wa-dialog
      label=${this.name ? `Add a punch for ${this.name}` : 'Add a punch'}
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="correction"
    >
      <form class="stack" id="correction" @submit=${this.#submit}>
        <p class="quiet small">
          For a door that was missed. Punches are never changed: this one is added, with your name and the
          reason.
        </p>
        ${alert(form.message)}
        ${
          this.number
            ? ''
            : textField({
                name: 'number',
                label: 'Employee number',
                required: true,
                maxlength: 40,
                fault: form.fault('number'),
              })
        }
        <wa-radio-group name="kind" label="Which way?" value="in" orientation="horizontal">
          <wa-radio appearance="button" value="in">In</wa-radio>
          <wa-radio appearance="button" value="out">Out</wa-radio>
        </wa-radio-group>
        <div class="fields">
          ${textField({
            name: 'date',
            label: 'Work day',
            type: 'date',
            value: this.date,
            required: true,
            fault: form.fault('date'),
          })}
          ${textField({
            name: 'time',
            label: 'Time',
            type: 'time',
            required: true,
            fault: form.fault('time'),
          })}
        </div>
        ${textField({
          name: 'reason',
          label: 'Reason',
          hint: 'Such as “The station was off”',
          required: true,
          maxlength: 500,
          fault: form.fault('reason'),
        })}
      </form>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.open = false)}>Cancel</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${form.busy}
        @click=${this.#send}
        data-test="add-punch"
      >
        Add the punch
      </wa-button>
    </wa-dialog>`;
  }

  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };

  readonly #send = () => this.renderRoot.querySelector<HTMLFormElement>('#correction')?.requestSubmit();

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    this.#add(event.target as HTMLFormElement).catch(() => {});
  };

  async #add(element: HTMLFormElement) {
    const { number = this.number, date = '', time = '', reason = '', kind } = formValues(element);
    const done = await this.#form.submit(async () => {
      await api.correct({
        number,
        date,
        time: time.slice(0, 5),
        kind: kind === 'out' ? 'out' : 'in',
        reason,
      });
      return true;
    });
    if (!done) return;
    toast('The punch was added');
    this.open = false;
  }
}

customElements.define('muster-correction', MusterCorrection);
