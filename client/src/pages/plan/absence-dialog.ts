/** Enters an absence of a person, or changes one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import type { AbsenceView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import '../../components/person-choice.ts';
import type { ChosenPerson } from '../../components/person-choice.ts';
import { api } from '../../session/api.ts';
import { absenceFields, readAbsence } from './absence-fields.ts';

export class MusterAbsence extends FormDialog {
  static override properties = {
    absence: { attribute: false },
    person: { attribute: false },
    fixed: { type: Boolean },
    nobody: { state: true },
  };
  /** Null for a new one. */
  declare absence: AbsenceView | null;
  /** Whose it is; null until one is chosen. */
  declare person: ChosenPerson | null;
  /** The person is that of the page. */
  declare fixed: boolean;
  /** The form was sent without a person. */
  declare nobody: boolean;

  constructor() {
    super();
    this.absence = null;
    this.person = null;
    this.fixed = false;
    this.nobody = false;
  }

  override render() {
    const { absence, form } = this;
    const person = absence?.person ?? this.person;
    const name = person?.displayName ?? '';
    return this.frame(
      absence ? msg(str`Change the absence of ${name}`) : msg('Add an absence'),
      'absence-dialog',
      this.sheet({
        act: absence ? msg('Save') : msg('Add'),
        test: 'save',
        fields: html`${
          absence
            ? nothing
            : this.fixed
              ? html`<p><strong>${name}</strong></p>`
              : html`<muster-person-choice
                  .person=${this.person}
                  .fault=${this.nobody ? msg('Choose a person.') : form.fault('personId')}
                  @chosen=${(event: CustomEvent<ChosenPerson | null>) => {
                    this.person = event.detail;
                    this.nobody = false;
                  }}
                ></muster-person-choice>`
        }
        ${absenceFields(absence, { fault: (field) => form.fault(field) })}`,
      }),
    );
  }

  protected override async send(values: Record<string, string>) {
    const { absence, person } = this;
    this.nobody = !absence && person === null;
    if (this.nobody) return;
    const body = readAbsence(values);
    const saved = await this.form.submit(() =>
      absence
        ? api.absences.update({ params: { id: absence.id }, body, version: absence.version })
        : api.absences.create({ body: { ...body, personId: person!.id } }),
    );
    if (!saved) return;
    toast(absence ? msg('Absence changed') : msg('Absence added'));
    this.open = false;
  }
}

customElements.define('muster-absence', MusterAbsence);
