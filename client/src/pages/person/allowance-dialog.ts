/** Sets the vacation days of a person in one year. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import type { VacationView } from '#protocol/schedules.ts';
import { html } from 'lit';
import { toast } from '../../app/toasts.ts';
import { amountField } from '../../components/amount-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterAllowance extends FormDialog {
  static override properties = { personId: {}, vacation: { attribute: false } };
  declare personId: string;
  declare vacation: VacationView;

  override render() {
    const { form, vacation } = this;
    const { days = '', carried = 0, carriedUntil = '' } = vacation.allowance ?? {};
    const inDays = { required: true, most: 366, step: 0.5 };
    return this.frame(
      msg(str`Vacation in ${String(vacation.year)}`),
      'allowance-dialog',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        fields: html`${amountField('days', msg('Days of this year'), String(days), {
          ...inDays,
          hint: form.fault('days'),
        })}
        ${amountField('carried', msg('Days left from the year before'), String(carried), {
          ...inDays,
          hint: form.fault('carried'),
        })}
        ${textField({
          name: 'carriedUntil',
          label: msg('Those lapse after'),
          type: 'date',
          value: carriedUntil ?? '',
          hint: msg('Blank: never'),
          fault: form.fault('carriedUntil'),
        })}`,
      }),
    );
  }

  protected override async send({ days = '', carried = '', carriedUntil = '' }: Record<string, string>) {
    const { personId, vacation } = this;
    const body = { days: Number(days), carried: Number(carried), carriedUntil: carriedUntil || null };
    const saved = await this.form.submit(() =>
      api.vacation.set({ params: { id: personId }, query: { year: vacation.year }, body }),
    );
    if (!saved) return;
    toast(msg('Vacation days saved'));
    this.open = false;
  }
}

customElements.define('muster-allowance', MusterAllowance);
