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
import { formValues } from '../../components/form-state.ts';
import { longest } from '../../components/longest.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { HOUR, inHours } from '../sites/break-rules.ts';
import { dateText, today } from './date-text.ts';
import { previewStyles, rotaPreview } from './rota-preview.ts';
import { weekdayText, weekText } from './rota-text.ts';
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
  #edit: SharedEdit<RotaRecord, RotaView> | null = null;

  constructor() {
    super();
    this.rota = null;
    this.shifts = [];
    this.weeks = null;
    this.anchor = null;
  }

  override willUpdate() {
    const { rota } = this;
    if (!rota || this.#edit) return;
    const params = { id: rota.id };
    this.#edit = new SharedEdit<RotaRecord, RotaView>(this, {
      record: rota,
      draftOf: ({ id: _id, version: _version, ...draft }) => draft,
      read: () => this.#read(),
      words: () => rotaWords(this.shifts),
      current: () => api.rotas.get({ params }),
      send: (body, version) => api.rotas.update({ params, body, version }),
      onDraft: () => {
        this.weeks = null;
        this.anchor = null;
      },
    });
  }

  override render() {
    const { rota, form } = this;
    const weeks = this.#weeks;
    const is = this.#edit?.draft;
    return this.frame(
      rota ? msg(str`Change ${rota.name}`) : msg('Add a rota'),
      'rota-dialog',
      this.sheet({
        act: rota ? msg('Save') : msg('Add'),
        test: 'save',
        ...(rota && {
          intro: html`${this.#edit!.notice()}
            <p class="quiet small">
              ${msg('The change counts on all days on which this rota is worked, past ones too. Closed months stay as they are. For a change from a date on, add another rota and assign it from that date.')}
            </p>`,
        }),
        fields: html`${textField({
            name: 'name',
            label: msg('Name'),
            value: is?.name,
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
          <wa-switch name="worksOnHolidays" .checked=${is?.worksOnHolidays ?? false}
            >${msg('Its shifts are worked on holidays too')}</wa-switch
          >
          ${amountField(
            'carryOver',
            msg('Most overtime that is carried to the next month (hours)'),
            is && is.carryOver !== null ? inHours(is.carryOver) : '',
            { hint: form.fault('carryOver') || msg('Blank: all of it'), most: 500, step: 0.25 },
          )}
          <h3>${msg('Next weeks')}</h3>
          ${rotaPreview({ weeks, anchor: this.#anchor || this.#today }, this.shifts, this.#today)}`,
      }),
    );
  }

  get #weeks(): RotaRecord['weeks'] {
    return this.weeks ?? this.#edit?.draft.weeks ?? [FREE_WEEK];
  }

  get #anchor(): string {
    return this.anchor ?? this.#edit?.draft.anchor ?? mondayOf(this.#today);
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

  #read(): RotaRecord {
    const values = formValues(this.renderRoot.querySelector('form')!);
    const { name = '', carryOver = '' } = values;
    return {
      name,
      weeks: this.#weeks,
      anchor: this.#anchor,
      worksOnHolidays: values['worksOnHolidays'] !== undefined,
      carryOver: carryOver === '' ? null : Math.round(Number(carryOver) * HOUR),
    };
  }

  protected override async send() {
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.rotas.create({ body: this.#read() }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg(str`${saved.name} was changed`)) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

function rotaWords(shifts: readonly ShiftView[]): DraftWords<RotaRecord> {
  return {
    name: { label: msg('Name') },
    weeks: {
      label: msg('Weeks'),
      text: (weeks) => weeks.map((week, i) => `${i + 1}: ${weekText(week, shifts)}`).join('; '),
    },
    anchor: { label: msg('Week 1 is the week of'), text: dateText },
    worksOnHolidays: {
      label: msg('Its shifts are worked on holidays too'),
      text: (works) => (works ? msg('Yes') : msg('No')),
    },
    carryOver: {
      label: msg('Most overtime that is carried to the next month (hours)'),
      text: (most) => (most === null ? '' : inHours(most)),
    },
  };
}

customElements.define('muster-rota', MusterRota);
