/** Adds a profile of payroll files, or edits one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { newPayrollProfile, type PayrollColumn, type PayrollProfileView } from '#protocol/payroll.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { longest } from '../../components/longest.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import './payroll-columns.ts';
import { type Draft, fieldText, formats, linesText, profileWords } from './payroll-texts.ts';

type Choice = keyof ReturnType<typeof formats>;

const LINES = ['person', 'date', 'amount'] as const;

export class MusterPayrollProfile extends FormDialog {
  static override properties = {
    ...FormDialog.properties,
    profile: { attribute: false },
    columns: { state: true },
    lines: { state: true },
    format: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    css`
      wa-dialog {
        --width: 46rem;
      }
      h3 {
        margin: 0;
        font-size: 1rem;
      }
    `,
  ];
  /** Null for a new one. */
  declare profile: PayrollProfileView | null;
  declare columns: readonly PayrollColumn[] | null;
  declare lines: PayrollProfileView['lines'] | null;
  declare format: string | null;
  #edit: SharedEdit<Draft, PayrollProfileView> | null = null;

  constructor() {
    super();
    this.profile = null;
    this.columns = null;
    this.lines = null;
    this.format = null;
  }

  override willUpdate() {
    const { profile } = this;
    if (!profile || this.#edit) return;
    const params = { id: profile.id };
    this.#edit = new SharedEdit<Draft, PayrollProfileView>(this, {
      record: profile,
      draftOf: ({ id: _id, version: _version, ...draft }) => draft,
      read: () => this.#read(),
      words: profileWords,
      current: () => api.payrollProfiles.get({ params }),
      send: (body, version) => api.payrollProfiles.update({ params, body, version }),
      onDraft: () => {
        this.columns = null;
        this.lines = null;
        this.format = null;
      },
    });
  }

  override render() {
    const { profile } = this;
    const is = this.#draft;
    return this.frame(
      profile ? msg(str`Profile ${profile.name}`) : msg('Add a payroll profile'),
      'payroll-dialog',
      this.sheet({
        intro: html`${this.#edit?.notice()}`,
        fields: html`${textField({
            name: 'name',
            label: msg('Name'),
            value: is.name,
            hint: msg('Such as the name of the payroll program'),
            required: true,
            autofocus: true,
            maxlength: longest(newPayrollProfile.shape.name),
            fault: this.form.fault('name'),
          })}
          <wa-radio-group
            name="lines"
            label=${msg('Lines')}
            .value=${is.lines}
            @change=${(event: Event) => (this.lines = (event.target as HTMLInputElement).value as Draft['lines'])}
          >
            ${LINES.map((one) => html`<wa-radio value=${one}>${linesText(one)}</wa-radio>`)}
          </wa-radio-group>
          <h3>${msg('Columns')}</h3>
          ${
            is.lines === 'amount'
              ? html`<p class="small quiet">
                  ${msg('Each amount that is not zero becomes a line of its own. Its header is the wage type.')}
                </p>`
              : nothing
          }
          ${alert(this.#fault)}
          <muster-payroll-columns
            .columns=${is.columns}
            .lines=${is.lines}
            @columns=${(event: CustomEvent<readonly PayrollColumn[]>) => (this.columns = event.detail)}
          ></muster-payroll-columns>
          <h3>${msg('File')}</h3>
          <div class="fields">
            ${this.#choice('format', msg('Format'), is, (value) => (this.format = value))}
            ${this.#choice('hours', msg('Durations'), is)} ${this.#choice('dates', msg('Dates'), is)}
            ${
              is.format === 'csv'
                ? html`${this.#choice('delimiter', msg('Delimiter'), is)}
                  ${this.#choice('decimal', msg('Numbers'), is)}
                  ${this.#choice('encoding', msg('Encoding'), is)}`
                : nothing
            }
          </div>
          ${
            is.format === 'csv'
              ? html`<wa-switch name="headings" .checked=${is.headings} data-test="headings"
                  >${msg('The first line has the headers')}</wa-switch
                >`
              : nothing
          }`,
        act: msg('Save'),
        test: 'save',
      }),
    );
  }

  get #draft(): Draft {
    const usual: Draft = {
      name: '',
      lines: 'person',
      columns: (['number', 'familyName', 'givenName', 'worked', 'overtime', 'vacation', 'sick'] as const).map(
        (field) => ({ field, header: fieldText(field), text: '' }),
      ),
      format: 'csv',
      headings: true,
      delimiter: language() === 'en' ? 'comma' : 'semicolon',
      decimal: language() === 'en' ? 'point' : 'comma',
      hours: 'decimal',
      dates: language() === 'de' ? 'german' : 'iso',
      encoding: 'utf-8',
    };
    const is = this.#edit?.draft ?? usual;
    return {
      ...is,
      columns: [...(this.columns ?? is.columns)],
      lines: this.lines ?? is.lines,
      format: (this.format ?? is.format) as Draft['format'],
    };
  }

  /** A fault of the columns, which have no field of the form. */
  get #fault(): string {
    const faults = this.form.error?.faults ?? [];
    return faults.some(({ path }) => path.includes('columns'))
      ? msg('Check the columns: lines of this kind do not have one of them, or it has no header.')
      : '';
  }

  #choice(name: Choice, label: string, is: Draft, onChange?: (value: string) => void) {
    return html`<wa-select
      name=${name}
      label=${label}
      .value=${is[name]}
      @change=${(event: Event) => onChange?.((event.target as HTMLSelectElement).value)}
      data-test=${name}
    >
      ${formats()[name].map(([value, text]) => html`<wa-option value=${value}>${text}</wa-option>`)}
    </wa-select>`;
  }

  #read(): Draft {
    const values = formValues(this.renderRoot.querySelector('form')!);
    const is = this.#draft;
    const of = <C extends Choice>(name: C) => (values[name] ?? is[name]) as Draft[C];
    return {
      name: values['name'] ?? '',
      lines: is.lines,
      columns: is.columns,
      format: is.format,
      headings: is.format === 'csv' ? values['headings'] !== undefined : is.headings,
      delimiter: of('delimiter'),
      decimal: of('decimal'),
      hours: of('hours'),
      dates: of('dates'),
      encoding: of('encoding'),
    };
  }

  protected override async send() {
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.payrollProfiles.create({ body: this.#read() }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg(str`${saved.name} was changed`)) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

customElements.define('muster-payroll-profile', MusterPayrollProfile);
