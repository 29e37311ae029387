/** A punch by hand, for somebody whom a station missed. Fires `done` when it is closed. */
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { toast } from '../app/toasts.ts';
import { api } from '../session/api.ts';
import { FormDialog } from './form-dialog.ts';
import { textField } from './text-field.ts';

export class MusterCorrection extends FormDialog {
  static override properties = {
    date: {},
    number: {},
    name: {},
  };
  /** YYYY-MM-DD. */
  declare date: string;
  /** Employee number and name of whom it is for; both empty where that is to be typed. */
  declare number: string;
  declare name: string;

  constructor() {
    super();
    this.date = '';
    this.number = '';
    this.name = '';
  }

  override render() {
    const { form } = this;
    return this.frame(
      this.name ? `Add a punch for ${this.name}` : 'Add a punch',
      'correction',
      this.sheet({
        act: 'Add the punch',
        test: 'add-punch',
        intro: html`
          <p class="quiet small">
            For a door that was missed. Punches are never changed: this one is added, with your name and the
            reason.
          </p>
        `,
        fields: html`
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
        `,
      }),
    );
  }

  protected override async send({
    number = this.number,
    date = '',
    time = '',
    reason = '',
    kind,
  }: Record<string, string>) {
    const done = await this.form.submit(async () => {
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
