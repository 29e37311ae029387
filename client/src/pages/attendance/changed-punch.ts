/** What a punch is changed to: the fields of every form that does, and what they send. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { PunchKind, PunchView, WorkDayView } from '#protocol/attendance.ts';
import type { CorrectionInput } from '#protocol/corrections.ts';
import type { FormState } from '../../components/form-state.ts';
import { textField } from '../../components/text-field.ts';
import { reasonField } from './reason-field.ts';
import { timeDoubt } from './time-doubt.ts';

/** What is in the fields that decide whether a time is clear; blank for what nobody has typed in yet. */
export interface TypedTime {
  date: string;
  time: string;
}

interface ChangeFields {
  form: FormState;
  punch: PunchView;
  /** Of the day that the punch is shown in. */
  stays: WorkDayView['stays'];
  typed: TypedTime;
  onTyped: (typed: TypedTime) => void;
}

/** A punch is a fact with a date of its own, whichever work day it counts for: so both can be corrected. */
export function changeFields({ form, punch, stays, typed, onTyped }: ChangeFields) {
  const date = typed.date || punch.localDate;
  const time = typed.time || punch.localTime;
  return html`${kindChoice(likelyKind(punch, stays))}
    <div class="fields">
      ${textField({
        name: 'date',
        label: msg('Date'),
        type: 'date',
        value: punch.localDate,
        required: true,
        fault: form.fault('date'),
        onInput: (value) => onTyped({ date: value, time }),
      })}
      ${textField({
        name: 'time',
        label: msg('Right time'),
        type: 'time',
        value: punch.localTime,
        required: true,
        fault: form.fault('time'),
        onInput: (value) => onTyped({ date, time: value }),
      })}
    </div>
    ${timeDoubt({ timeZone: punch.timeZone, turnsAt: 0 }, { date, time }, form.fault('pass'))}
    ${reasonField(form.fault('reason'))}`;
}

export function kindChoice(kind: PunchKind) {
  return html`<wa-radio-group name="says" label=${msg('Type')} value=${kind} orientation="horizontal">
    <wa-radio appearance="button" value="in">${msg('Check-in')}</wa-radio>
    <wa-radio appearance="button" value="out">${msg('Check-out')}</wa-radio>
  </wa-radio-group>`;
}

/** What a passing at an automatic door was taken for, until somebody says it. */
function likelyKind({ id, says }: Pick<PunchView, 'id' | 'says'>, stays: WorkDayView['stays']): PunchKind {
  if (says !== null) return says;
  return stays.some(({ departure }) => departure === id) ? 'out' : 'in';
}

export function changeOf(
  { id }: Pick<PunchView, 'id'>,
  values: Record<string, string>,
): CorrectionInput & { kind: 'change' } {
  return { kind: 'change', punchId: id, ...sentPunch(values) };
}

/** What a form says of a punch, as a request has it. */
export function sentPunch({ date = '', time = '', pass, says, reason = '' }: Record<string, string>) {
  return {
    date,
    // Browsers may send seconds.
    time: time.slice(0, 5),
    pass: pass === 'second' ? 'second' : 'first',
    says: says === 'out' ? 'out' : 'in',
    reason,
  } as const;
}
