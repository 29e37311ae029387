/** Adds a shift, or changes one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { newShift, type ShiftRecord, type ShiftView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { amountField } from '../../components/amount-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { breakFields, breakFieldsStyles } from '../sites/break-fields.ts';
import { breakChoice, HOUR, inHours, readBreaks } from '../sites/break-rules.ts';

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

  constructor() {
    super();
    this.shift = null;
    this.flexible = null;
    this.breaks = null;
  }

  override render() {
    const { shift, form } = this;
    const is = shift ?? USUAL;
    return this.frame(
      shift ? msg(str`Change ${shift.name}`) : msg('Add a shift'),
      'shift-dialog',
      this.sheet({
        act: shift ? msg('Save') : msg('Add'),
        test: 'save',
        ...(shift && {
          intro: html`<p class="quiet small">
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
            ?checked=${this.#flexible}
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
    return this.flexible ?? (this.shift?.flexible ?? null) !== null;
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
    const { shift } = this;
    const body = shiftOf(values);
    const saved = await this.form.submit(() =>
      shift
        ? api.shifts.update({ params: { id: shift.id }, body, version: shift.version })
        : api.shifts.create({ body }),
    );
    if (!saved) return;
    toast(shift ? msg(str`${saved.name} was changed`) : msg(str`${saved.name} was added`));
    this.open = false;
  }
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
