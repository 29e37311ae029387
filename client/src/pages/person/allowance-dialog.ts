/** Sets the vacation days of a person in one year. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import type { VacationView } from '#protocol/schedules.ts';
import { html } from 'lit';
import { toast } from '../../app/toasts.ts';
import { amountField } from '../../components/amount-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { dateText } from '../plan/date-text.ts';

interface Draft {
  /** Null where none was entered. */
  days: number | null;
  carried: number;
  /** YYYY-MM-DD; null: never. */
  carriedUntil: string | null;
}

export class MusterAllowance extends FormDialog {
  static override properties = { personId: {}, vacation: { attribute: false } };
  declare personId: string;
  declare vacation: VacationView;
  #edit: SharedEdit<Draft, VacationView> | null = null;

  override willUpdate() {
    if (this.#edit) return;
    const { personId, vacation } = this;
    const call = { params: { id: personId }, query: { year: vacation.year } };
    const edit: SharedEdit<Draft, VacationView> = new SharedEdit(this, {
      record: vacation,
      draftOf,
      read: () => readDraft(formValues(this.renderRoot.querySelector('form')!)),
      words,
      current: () => api.vacation.get(call),
      send: (change, version) => {
        const { days, ...rest } = { ...draftOf(edit.record), ...change };
        return api.vacation.set({ ...call, body: { days: days ?? 0, ...rest }, version });
      },
    });
    this.#edit = edit;
  }

  override render() {
    const { form, vacation } = this;
    const { days, carried, carriedUntil } = this.#edit!.draft;
    const inDays = { required: true, most: 366, step: 0.5 };
    return this.frame(
      msg(str`Vacation in ${String(vacation.year)}`),
      'allowance-dialog',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        intro: html`${this.#edit!.notice()}`,
        fields: html`${amountField('days', msg('Days of this year'), String(days ?? ''), {
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

  protected override async send() {
    const saved = await this.form.submit(() => this.#edit!.save());
    if (!saved) return;
    toast(this.#edit!.saved(msg('Vacation days saved')));
    this.open = false;
  }
}

function draftOf({ allowance }: VacationView): Draft {
  return allowance ?? { days: null, carried: 0, carriedUntil: null };
}

function readDraft({ days = '', carried = '', carriedUntil = '' }: Record<string, string>): Draft {
  return { days: Number(days), carried: Number(carried), carriedUntil: carriedUntil || null };
}

function words(): DraftWords<Draft> {
  return {
    days: { label: msg('Days of this year') },
    carried: { label: msg('Days left from the year before') },
    carriedUntil: { label: msg('Those lapse after'), text: (date) => (date ? dateText(date) : msg('Never')) },
  };
}

customElements.define('muster-allowance', MusterAllowance);
