/** Adds a shift, or changes one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { newShift, type ShiftRecord, type ShiftView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { amountField } from '../../components/amount-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { clockTime } from '../../components/format.ts';
import { longest } from '../../components/longest.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { breakFields, breakFieldsStyles } from '../sites/break-fields.ts';
import { breakChoice, HOUR, inHours, readBreaks } from '../sites/break-rules.ts';
import { breaksText, flexibleText } from './shift-text.ts';

/** Of a new shift. */
const USUAL: ShiftRecord = { name: '', begin: '08:00', end: '16:30', flexible: null, breaks: null };
/** Of a shift that becomes flexible, ms. */
const USUAL_WORK = 8 * HOUR;

export class MusterShift extends FormDialog {
  static override properties = {
    shift: { attribute: false },
    flexible: { state: true },
    breaks: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    breakFieldsStyles,
    css`
      wa-dialog {
        --width: 36rem;
      }
    `,
  ];
  /** Null for a new one. */
  declare shift: ShiftView | null;
  /** Whether it is flexible, as chosen in the form; null for as it is. */
  declare flexible: boolean | null;
  declare breaks: string | null;
  #edit: SharedEdit<ShiftRecord, ShiftView> | null = null;

  constructor() {
    super();
    this.shift = null;
    this.flexible = null;
    this.breaks = null;
  }

  override willUpdate() {
    const { shift } = this;
    if (!shift || this.#edit) return;
    const params = { id: shift.id };
    this.#edit = new SharedEdit<ShiftRecord, ShiftView>(this, {
      record: shift,
      draftOf: ({ id: _id, version: _version, ...draft }) => draft,
      read: () => shiftOf(formValues(this.renderRoot.querySelector('form')!)),
      words: shiftWords,
      current: () => api.shifts.get({ params }),
      send: (body, version) => api.shifts.update({ params, body, version }),
      onDraft: () => {
        this.flexible = null;
        this.breaks = null;
      },
    });
  }

  override render() {
    const { shift, form } = this;
    const is = this.#is;
    return this.frame(
      shift ? msg(str`Change ${shift.name}`) : msg('Add a shift'),
      'shift-dialog',
      this.sheet({
        act: shift ? msg('Save') : msg('Add'),
        test: 'save',
        ...(shift && {
          intro: html`${this.#edit!.notice()}
            <p class="quiet small">
              ${msg('The change counts on all days on which this shift is planned. Closed months stay as they are.')}
            </p>`,
        }),
        fields: html`${textField({
            name: 'name',
            label: msg('Name'),
            value: is.name,
            required: true,
            autofocus: true,
            maxlength: longest(newShift.shape.name),
            fault: form.fault('name'),
          })}
          <div class="fields">
            ${time('begin', this.#flexible ? msg('Earliest beginning') : msg('Begins at'), is.begin, {
              fault: form.fault('begin'),
            })}
            ${time('end', this.#flexible ? msg('Latest end') : msg('Ends at'), is.end, {
              fault: form.fault('end'),
              hint: msg('On the next day where it is not later than the beginning'),
            })}
          </div>
          <wa-switch
            name="flexible"
            .checked=${this.#flexible}
            @change=${(event: Event) => (this.flexible = (event.target as HTMLInputElement).checked)}
            data-test="flexible"
            >${msg('Flexible: only some hours within this time are planned')}</wa-switch
          >
          ${this.#flexible ? this.#flexibleFields(is) : nothing}
          ${breakFields(is.breaks, {
            chosen: this.breaks ?? (is.breaks ? breakChoice(is.breaks) : 'site'),
            fault: form.fault('steps') || form.fault('breaks'),
            onChange: (chosen) => (this.breaks = chosen),
            none: msg('As at the site'),
          })}`,
      }),
    );
  }

  get #flexible(): boolean {
    return this.flexible ?? this.#is.flexible !== null;
  }

  get #is(): ShiftRecord {
    return this.#edit?.draft ?? USUAL;
  }

  #flexibleFields({ flexible }: ShiftRecord) {
    return html`${amountField(
        'planned',
        msg('Hours to work, without breaks'),
        inHours(flexible?.planned ?? USUAL_WORK),
        {
          hint: this.form.fault('planned'),
          required: true,
          most: 24,
          step: 0.25,
        },
      )}
      <div class="fields">
        ${time('coreBegin', msg('Core time from'), flexible?.core?.begin ?? '', {
          required: false,
          hint: msg('Everyone is there in the core time. Blank: there is none.'),
          fault: this.form.fault('core'),
        })}
        ${time('coreEnd', msg('Core time until'), flexible?.core?.end ?? '', { required: false })}
      </div>`;
  }

  protected override async send(values: Record<string, string>) {
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.shifts.create({ body: shiftOf(values) }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg(str`${saved.name} was changed`)) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

function shiftWords(): DraftWords<ShiftRecord> {
  return {
    name: { label: msg('Name') },
    begin: { label: msg('Begins at'), text: clockTime },
    end: { label: msg('Ends at'), text: clockTime },
    flexible: {
      label: msg('Flexible'),
      text: (flexible) => (flexible ? flexibleText({ flexible }) : msg('No')),
    },
    breaks: { label: msg('Breaks'), text: breaksText },
  };
}

function time(
  name: string,
  label: string,
  value: string,
  { fault = '', hint = '', required = true }: { fault?: string; hint?: string; required?: boolean },
) {
  return textField({ name, label, type: 'time', value, required, fault, hint });
}

/** A browser may add seconds to a time. */
function shiftOf(values: Record<string, string>): ShiftRecord {
  const { name = '', begin = '', end = '', planned = '', coreBegin = '', coreEnd = '', breaks } = values;
  const flexible = {
    planned: Math.round(Number(planned) * HOUR),
    core: coreBegin || coreEnd ? { begin: coreBegin.slice(0, 5), end: coreEnd.slice(0, 5) } : null,
  };
  return {
    name,
    begin: begin.slice(0, 5),
    end: end.slice(0, 5),
    flexible: values['flexible'] === undefined ? null : flexible,
    breaks: breaks === 'site' ? null : readBreaks(values),
  };
}

customElements.define('muster-shift', MusterShift);
