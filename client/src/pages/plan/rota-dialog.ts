/** Adds a rota, or changes one, with a preview of its next weeks. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { mondayOf } from '#protocol/rota-weeks.ts';
import { newRota, type RotaRecord, type RotaView, type ShiftView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { amountField } from '../../components/amount-field.ts';
import { faultText } from '../../components/error-text.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { HOUR, inHours } from '../sites/break-rules.ts';
import { today } from './date-text.ts';
import { previewStyles, rotaPreview } from './rota-preview.ts';
import { weekdayText } from './rota-text.ts';
import './rota-weeks.ts';

const FREE_WEEK = Array.from({ length: 7 }, () => [] as string[]);

export class MusterRota extends FormDialog {
  static override properties = {
    rota: { attribute: false },
    shifts: { attribute: false },
    weeks: { state: true },
    anchor: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    previewStyles,
    css`
      wa-dialog {
        --width: 58rem;
      }
      h3 {
        font-size: 1rem;
      }
    `,
  ];
  /** Null for a new one. */
  declare rota: RotaView | null;
  declare shifts: readonly ShiftView[];
  /** As they are in the form; null for as they are. */
  declare weeks: RotaRecord['weeks'] | null;
  declare anchor: string | null;
  readonly #today = today();

  constructor() {
    super();
    this.rota = null;
    this.shifts = [];
    this.weeks = null;
    this.anchor = null;
  }

  override render() {
    const { rota, form } = this;
    const weeks = this.#weeks;
    return this.frame(
      rota ? msg(str`Change ${rota.name}`) : msg('Add a rota'),
      'rota-dialog',
      this.sheet({
        act: rota ? msg('Save') : msg('Add'),
        test: 'save',
        ...(rota && {
          intro: html`<p class="quiet small">
            ${msg('The change counts on all days on which this rota is worked, past ones too. Closed months stay as they are. For a change from a date on, add another rota and assign it from that date.')}
          </p>`,
        }),
        fields: html`${textField({
            name: 'name',
            label: msg('Name'),
            value: rota?.name,
            required: true,
            autofocus: true,
            maxlength: longest(newRota.shape.name),
            fault: form.fault('name'),
          })}
          ${alert(this.#faultOfDay)}
          <muster-rota-weeks
            .weeks=${weeks}
            .shifts=${this.shifts}
            @weeks=${(event: CustomEvent<RotaRecord['weeks']>) => (this.weeks = event.detail)}
          ></muster-rota-weeks>
          ${
            weeks.length > 1
              ? textField({
                  name: 'anchor',
                  label: msg('Week 1 is the week of'),
                  type: 'date',
                  value: this.#anchor,
                  required: true,
                  fault: form.fault('anchor'),
                  onInput: (date) => (this.anchor = date),
                })
              : nothing
          }
          <wa-switch name="worksOnHolidays" ?checked=${rota?.worksOnHolidays ?? false}
            >${msg('Its shifts are worked on holidays too')}</wa-switch
          >
          ${amountField(
            'carryOver',
            msg('Most overtime that is carried to the next month (hours)'),
            rota && rota.carryOver !== null ? inHours(rota.carryOver) : '',
            { hint: form.fault('carryOver') || msg('Blank: all of it'), most: 500, step: 0.25 },
          )}
          <h3>${msg('Next weeks')}</h3>
          ${rotaPreview({ weeks, anchor: this.#anchor || this.#today }, this.shifts, this.#today)}`,
      }),
    );
  }

  get #weeks(): RotaRecord['weeks'] {
    return this.weeks ?? this.rota?.weeks ?? [FREE_WEEK];
  }

  get #anchor(): string {
    return this.anchor ?? this.rota?.anchor ?? mondayOf(this.#today);
  }

  /** A day has no field of the form of its own: its path is `weeks.WEEK.DAY`. */
  get #faultOfDay(): string {
    for (const fault of this.form.error?.faults ?? []) {
      const [, week, day] = /weeks\.(\d+)\.(\d+)/.exec(fault.path) ?? [];
      if (week === undefined) continue;
      const number = Number(week) + 1;
      const weekday = weekdayText(Number(day) + 1, 'long');
      return `${msg(str`${weekday} of week ${number}`)}: ${faultText(fault)}`;
    }
    return '';
  }

  protected override async send({ name = '', carryOver = '', ...values }: Record<string, string>) {
    const { rota } = this;
    const body: RotaRecord = {
      name,
      weeks: this.#weeks,
      anchor: this.#anchor,
      worksOnHolidays: values['worksOnHolidays'] !== undefined,
      carryOver: carryOver === '' ? null : Math.round(Number(carryOver) * HOUR),
    };
    const saved = await this.form.submit(() =>
      rota
        ? api.rotas.update({ params: { id: rota.id }, body, version: rota.version })
        : api.rotas.create({ body }),
    );
    if (!saved) return;
    toast(rota ? msg(str`${saved.name} was changed`) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

customElements.define('muster-rota', MusterRota);
