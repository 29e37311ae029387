/** The fields of an absence: its kind, its dates and half days. HR enters one with them, and an employee asks for one. */
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { ABSENCE_KINDS, type AbsenceKind, type AbsenceRecord, newAbsence } from '#protocol/schedules.ts';
import { longest } from '../../components/longest.ts';
import type { DraftWords } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { leaveText } from '../month/sheet-text.ts';
import { dateText } from './date-text.ts';

export type AbsenceDraft = Omit<AbsenceRecord, 'personId'>;

interface AbsenceForm {
  fault: (field: string) => string;
  /** Of the field for the note. */
  noteHint?: string;
}

/** @param is what the fields hold at first; null for a new one */
export function absenceFields(
  is: AbsenceDraft | null,
  { fault, noteHint = '' }: AbsenceForm,
): TemplateResult {
  return html`<wa-select
      name="kind"
      label=${msg('Kind')}
      .value=${is?.kind ?? 'vacation'}
      hint=${fault('kind')}
      required
      data-test="kind"
    >
      ${ABSENCE_KINDS.map((kind) => html`<wa-option value=${kind}>${leaveText(kind)}</wa-option>`)}
    </wa-select>
    <div class="fields">
      ${date('from', msg('From'), is?.from, fault('from'))}
      ${date('to', msg('Last day'), is?.to, fault('to'))}
    </div>
    <wa-switch name="beginsAtNoon" .checked=${is?.beginsAtNoon ?? false} data-test="begins-at-noon"
      >${msg('The first day is worked until noon')}</wa-switch
    >
    <wa-switch
      name="endsAtNoon"
      .checked=${is?.endsAtNoon ?? false}
      hint=${fault('endsAtNoon')}
      data-test="ends-at-noon"
      >${msg('The last day is worked from noon')}</wa-switch
    >
    ${textField({
      name: 'note',
      label: msg('Remark'),
      value: is?.note,
      hint: noteHint,
      maxlength: longest(newAbsence.shape.note),
      fault: fault('note'),
    })}`;
}

function date(name: string, label: string, value: string | undefined, fault: string) {
  return textField({ name, label, type: 'date', value, required: true, fault });
}

export function absenceWords(): DraftWords<AbsenceDraft> {
  return {
    kind: { label: msg('Kind'), text: leaveText },
    from: { label: msg('From'), text: dateText },
    to: { label: msg('Last day'), text: dateText },
    beginsAtNoon: { label: msg('The first day is worked until noon'), text: yesOrNo },
    endsAtNoon: { label: msg('The last day is worked from noon'), text: yesOrNo },
    note: { label: msg('Remark') },
  };
}

function yesOrNo(value: boolean): string {
  return value ? msg('Yes') : msg('No');
}

/** The values of the form. */
export function readAbsence(values: Record<string, string>): AbsenceDraft {
  const { from = '', to = '', note = '' } = values;
  const kind: AbsenceKind = ABSENCE_KINDS.find((one) => one === values['kind']) ?? 'vacation';
  return {
    kind,
    from,
    to,
    beginsAtNoon: values['beginsAtNoon'] !== undefined,
    endsAtNoon: values['endsAtNoon'] !== undefined,
    note,
  };
}
