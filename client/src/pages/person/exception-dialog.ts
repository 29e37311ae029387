/** Plans other shifts of a person on one date, or changes that. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import {
  type ExceptionRecord,
  type ExceptionView,
  newException,
  SHIFTS_A_DAY,
  type ShiftView,
} from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { longest } from '../../components/longest.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { dateText, today } from '../plan/date-text.ts';
import { shiftsText } from '../plan/rota-text.ts';

type Draft = Pick<ExceptionRecord, 'date' | 'shiftIds' | 'reason'>;

const FREE = 'free';

export class MusterException extends FormDialog {
  static override properties = {
    exception: { attribute: false },
    personId: {},
    shifts: { attribute: false },
    chosen: { state: true },
  };
  /** Null for a new one. */
  declare exception: ExceptionView | null;
  declare personId: string;
  declare shifts: readonly ShiftView[];
  /** The shifts that are chosen in the form; null for those of the exception. */
  declare chosen: readonly string[] | null;
  #edit: SharedEdit<Draft, ExceptionView> | null = null;

  constructor() {
    super();
    this.exception = null;
    this.shifts = [];
    this.chosen = null;
  }

  override willUpdate() {
    const { exception } = this;
    if (!exception || this.#edit) return;
    const params = { id: exception.id };
    this.#edit = new SharedEdit<Draft, ExceptionView>(this, {
      record: exception,
      draftOf: ({ date, shiftIds, reason }) => ({ date, shiftIds, reason }),
      read: () => this.#read(formValues(this.renderRoot.querySelector('form')!)),
      words: () => this.#words(),
      current: () => api.exceptions.get({ params }),
      send: (body, version) => api.exceptions.update({ params, body, version }),
      onDraft: () => (this.chosen = null),
    });
  }

  override render() {
    const { exception, form } = this;
    const { date, reason } = this.#is;
    return this.frame(
      exception ? msg(str`Change ${dateText(exception.date)}`) : msg('Other shifts on one day'),
      'exception-dialog',
      this.sheet({
        act: exception ? msg('Save') : msg('Add'),
        test: 'save',
        intro: html`${this.#edit?.notice()}
          <p class="quiet small">
            ${msg('On this day it counts in place of the rota, also on a holiday. Closed months stay as they are.')}
          </p>`,
        fields: html`${textField({
          name: 'date',
          label: msg('Date'),
          type: 'date',
          value: date,
          required: true,
          fault: form.fault('date'),
        })}
        ${this.#selects()}
        ${textField({
          name: 'reason',
          label: msg('Reason'),
          value: reason,
          required: true,
          maxlength: longest(newException.shape.reason),
          fault: form.fault('reason'),
        })}`,
      }),
    );
  }

  get #is(): Draft {
    return this.#edit?.draft ?? { date: today(), shiftIds: [], reason: '' };
  }

  get #shiftIds(): readonly string[] {
    return this.chosen ?? this.#is.shiftIds;
  }

  /** One more than there are, so that a day can have several. */
  #selects() {
    const ids = this.#shiftIds;
    const fault = this.form.fault('shiftIds');
    return Array.from({ length: Math.min(ids.length + 1, SHIFTS_A_DAY) }, (_, index) => {
      const nth = index + 1;
      return html`<wa-select
        label=${index === 0 ? msg('Shift') : msg(str`Shift ${nth}`)}
        .value=${ids[index] ?? FREE}
        hint=${index === 0 ? fault : nothing}
        @change=${(event: Event) => this.#set(index, (event.target as HTMLSelectElement).value ?? FREE)}
        data-test="shift-${nth}"
      >
        <wa-option value=${FREE}>${index === 0 ? msg('free') : '–'}</wa-option>
        ${this.shifts.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
      </wa-select>`;
    });
  }

  #set(index: number, value: string) {
    this.chosen = this.#shiftIds.toSpliced(index, 1, ...(value === FREE ? [] : [value]));
  }

  #read({ date = '', reason = '' }: Record<string, string>): Draft {
    return { date, reason, shiftIds: [...this.#shiftIds] };
  }

  #words(): DraftWords<Draft> {
    return {
      date: { label: msg('Date'), text: dateText },
      shiftIds: { label: msg('Shifts'), text: (ids) => shiftsText(ids, this.shifts) },
      reason: { label: msg('Reason') },
    };
  }

  protected override async send(values: Record<string, string>) {
    const edit = this.#edit;
    const { personId } = this;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.exceptions.create({ body: { ...this.#read(values), personId } }),
    );
    if (!saved) return;
    const day = dateText(saved.date);
    toast(edit ? edit.saved(msg(str`${day} was changed`)) : msg(str`Other shifts are planned on ${day}`));
    this.open = false;
  }
}

customElements.define('muster-exception', MusterException);
