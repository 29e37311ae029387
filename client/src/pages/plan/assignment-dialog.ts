/** Gives a rota to a department or a person from a date on, or changes that. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { AssignmentView, RotaView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { departmentField, loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import '../../components/person-choice.ts';
import type { ChosenPerson } from '../../components/person-choice.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { today } from './date-text.ts';

export class MusterAssignment extends FormDialog {
  static override properties = {
    assignment: { attribute: false },
    rotas: { attribute: false },
    person: { attribute: false },
    scope: { state: true },
    nobody: { state: true },
  };
  /** Null for a new one. */
  declare assignment: AssignmentView | null;
  declare rotas: readonly RotaView[];
  declare person: ChosenPerson | null;
  declare scope: 'department' | 'person';
  /** The form was sent without a person. */
  declare nobody: boolean;
  readonly #departments = loadedDepartments(this);

  constructor() {
    super();
    this.assignment = null;
    this.rotas = [];
    this.person = null;
    this.scope = 'department';
    this.nobody = false;
  }

  override render() {
    const { assignment, form } = this;
    return this.frame(
      assignment ? msg('Change the assignment') : msg('Assign a rota'),
      'assignment-dialog',
      this.sheet({
        act: assignment ? msg('Save') : msg('Assign'),
        test: 'save',
        fields: html`${assignment ? whose(assignment) : this.#scopeFields()}
          <wa-select
            name="rotaId"
            label=${msg('Rota')}
            .value=${assignment?.rotaId ?? ''}
            hint=${form.fault('rotaId')}
            required
            data-test="rota"
          >
            ${this.rotas.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
          </wa-select>
          <div class="fields">
            ${textField({
              name: 'from',
              label: msg('From'),
              type: 'date',
              required: true,
              value: assignment?.from ?? today(),
              fault: form.fault('from'),
            })}
            ${textField({
              name: 'until',
              label: msg('Until'),
              type: 'date',
              value: assignment?.until ?? '',
              hint: msg('Blank: until another one begins'),
              fault: form.fault('until'),
            })}
          </div>`,
      }),
    );
  }

  #scopeFields() {
    return html`<wa-radio-group
        name="scope"
        label=${msg('For')}
        value=${this.scope}
        orientation="horizontal"
        hint=${msg('A rota of the person comes before that of the department.')}
        @change=${(event: Event) =>
          (this.scope = (event.target as HTMLInputElement).value === 'person' ? 'person' : 'department')}
      >
        <wa-radio appearance="button" value="department">${msg('A department')}</wa-radio>
        <wa-radio appearance="button" value="person">${msg('A person')}</wa-radio>
      </wa-radio-group>
      ${
        this.scope === 'person'
          ? html`<muster-person-choice
              .person=${this.person}
              .fault=${this.nobody ? msg('Choose a person.') : this.form.fault('personId')}
              @chosen=${(event: CustomEvent<ChosenPerson | null>) => {
                this.person = event.detail;
                this.nobody = false;
              }}
            ></muster-person-choice>`
          : departmentField({
              departments: namesOf(this.#departments),
              value: '',
              fault: this.form.fault('department'),
            })
      }`;
  }

  protected override async send(values: Record<string, string>) {
    const { assignment, person, scope } = this;
    const { rotaId = '', from = '', until = '', department = '' } = values;
    this.nobody = !assignment && scope === 'person' && person === null;
    if (this.nobody) return;
    const fields = { rotaId, from, until: until || null };
    const whom = scope === 'person' ? { personId: person?.id ?? null } : { department };
    const saved = await this.form.submit(() =>
      assignment
        ? api.assignments.update({
            params: { id: assignment.id },
            body: fields,
            version: assignment.version,
          })
        : api.assignments.create({ body: { ...fields, ...whom } }),
    );
    if (!saved) return;
    toast(assignment ? msg('Assignment changed') : msg('Rota assigned'));
    this.open = false;
  }
}

function whose({ person, department }: AssignmentView) {
  return html`<p>
    <strong>${person?.displayName ?? department}</strong>
    ${person ? html`<span class="quiet small number">${person.number}</span>` : nothing}
  </p>`;
}

customElements.define('muster-assignment', MusterAssignment);
