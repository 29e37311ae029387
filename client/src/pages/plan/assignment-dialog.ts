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
import { formValues } from '../../components/form-state.ts';
import '../../components/person-choice.ts';
import type { ChosenPerson } from '../../components/person-choice.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { dateText, today } from './date-text.ts';

type Draft = Pick<AssignmentView, 'rotaId' | 'from' | 'until'>;

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
  #edit: SharedEdit<Draft, AssignmentView> | null = null;

  constructor() {
    super();
    this.assignment = null;
    this.rotas = [];
    this.person = null;
    this.scope = 'department';
    this.nobody = false;
  }

  override willUpdate() {
    const { assignment } = this;
    if (!assignment || this.#edit) return;
    const params = { id: assignment.id };
    this.#edit = new SharedEdit<Draft, AssignmentView>(this, {
      record: assignment,
      draftOf: ({ rotaId, from, until }) => ({ rotaId, from, until }),
      read: () => draftOf(formValues(this.renderRoot.querySelector('form')!)),
      words: () => this.#words(),
      current: () => api.assignments.get({ params }),
      send: (body, version) => api.assignments.update({ params, body, version }),
    });
  }

  override render() {
    const { assignment, form } = this;
    const is = this.#edit?.draft;
    return this.frame(
      assignment ? msg('Change the assignment') : msg('Assign a rota'),
      'assignment-dialog',
      this.sheet({
        act: assignment ? msg('Save') : msg('Assign'),
        test: 'save',
        intro: html`${this.#edit?.notice()}`,
        fields: html`${assignment ? whose(assignment) : this.#scopeFields()}
          <wa-select
            name="rotaId"
            label=${msg('Rota')}
            .value=${is?.rotaId ?? ''}
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
              value: is?.from ?? today(),
              fault: form.fault('from'),
            })}
            ${textField({
              name: 'until',
              label: msg('Until'),
              type: 'date',
              value: is?.until ?? '',
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
    const edit = this.#edit;
    this.nobody = !assignment && scope === 'person' && person === null;
    if (this.nobody) return;
    const whom =
      scope === 'person' ? { personId: person?.id ?? null } : { department: values['department'] ?? '' };
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.assignments.create({ body: { ...draftOf(values), ...whom } }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg('Assignment changed')) : msg('Rota assigned'));
    this.open = false;
  }

  #words(): DraftWords<Draft> {
    return {
      rotaId: {
        label: msg('Rota'),
        text: (id) => this.rotas.find((rota) => rota.id === id)?.name ?? '–',
      },
      from: { label: msg('From'), text: dateText },
      until: { label: msg('Until'), text: (until) => (until === null ? '' : dateText(until)) },
    };
  }
}

function draftOf({ rotaId = '', from = '', until = '' }: Record<string, string>): Draft {
  return { rotaId, from, until: until || null };
}

function whose({ person, department }: AssignmentView) {
  return html`<p>
    <strong>${person?.displayName ?? department}</strong>
    ${person ? html`<span class="quiet small number">${person.number}</span>` : nothing}
  </p>`;
}

customElements.define('muster-assignment', MusterAssignment);
