/** Adds a check-in or check-out that no station recorded. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { correctionInput } from '#protocol/attendance.ts';
import { longest } from '../../components/longest.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterCorrection extends FormDialog {
  static override properties = {
    date: {},
    number: {},
    name: {},
  };
  /** YYYY-MM-DD. */
  declare date: string;
  /** Employee number and name of the person; both empty where the number is to be typed. */
  declare number: string;
  declare name: string;

  constructor() {
    super();
    this.date = '';
    this.number = '';
    this.name = '';
  }

  override render() {
    return this.frame(
      this.name ? msg(str`Add a missed punch for ${this.name}`) : msg('Add a missed punch'),
      'correction',
      this.sheet({
        act: msg('Add punch'),
        test: 'add-punch',
        intro: html`<p class="quiet small">
          ${msg('Use this when someone forgot to check in or out, or a station was off. Existing punches never change: this one is added with your name and the reason.')}
        </p>`,
        fields: this.#fields(),
      }),
    );
  }

  #fields() {
    const { form } = this;
    return html`${
        this.number
          ? nothing
          : textField({
              name: 'number',
              label: msg('Employee number'),
              required: true,
              maxlength: longest(correctionInput.shape.number),
              autofocus: true,
              fault: form.fault('number'),
            })
      }
      <wa-radio-group name="kind" label=${msg('Type')} value="in" orientation="horizontal">
        <wa-radio appearance="button" value="in">${msg('Check-in')}</wa-radio>
        <wa-radio appearance="button" value="out">${msg('Check-out')}</wa-radio>
      </wa-radio-group>
      <div class="fields">
        ${textField({
          name: 'date',
          label: msg('Work day'),
          type: 'date',
          value: this.date,
          required: true,
          fault: form.fault('date'),
        })}
        ${textField({
          name: 'time',
          label: msg('Time'),
          type: 'time',
          required: true,
          fault: form.fault('time'),
        })}
      </div>
      ${textField({
        name: 'reason',
        label: msg('Reason'),
        hint: msg('For example “The station was off”'),
        required: true,
        maxlength: longest(correctionInput.shape.reason),
        fault: form.fault('reason'),
      })}`;
  }

  protected override async send({
    number = this.number,
    date = '',
    time = '',
    reason = '',
    kind,
  }: Record<string, string>) {
    const done = await this.form.submit(async () => {
      await api.attendance.correct({
        body: {
          number,
          date,
          time: time.slice(0, 5),
          kind: kind === 'out' ? 'out' : 'in',
          reason,
        },
      });
      return true;
    });
    if (!done) return;
    toast(msg('Punch added'));
    this.open = false;
  }
}

customElements.define('muster-correction', MusterCorrection);
