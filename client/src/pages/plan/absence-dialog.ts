/** Enters an absence of a person, or changes one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import type { AbsenceView } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import '../../components/person-choice.ts';
import type { ChosenPerson } from '../../components/person-choice.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { api } from '../../session/api.ts';
import { type AbsenceDraft, absenceFields, absenceWords, readAbsence } from './absence-fields.ts';

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
  #edit: SharedEdit<AbsenceDraft, AbsenceView> | null = null;

  constructor() {
    super();
    this.absence = null;
    this.person = null;
    this.fixed = false;
    this.nobody = false;
  }

  override willUpdate() {
    const { absence } = this;
    if (!absence || this.#edit) return;
    const params = { id: absence.id };
    this.#edit = new SharedEdit<AbsenceDraft, AbsenceView>(this, {
      record: absence,
      draftOf: ({ kind, from, to, beginsAtNoon, endsAtNoon, note }) => ({
        kind,
        from,
        to,
        beginsAtNoon,
        endsAtNoon,
        note,
      }),
      read: () => readAbsence(formValues(this.renderRoot.querySelector('form')!)),
      words: absenceWords,
      current: () => api.absences.get({ params }),
      send: (body, version) => api.absences.update({ params, body, version }),
    });
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
        intro: html`${this.#edit?.notice()}`,
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
        ${absenceFields(this.#edit?.draft ?? null, { fault: (field) => form.fault(field) })}`,
      }),
    );
  }

  protected override async send(values: Record<string, string>) {
    const { absence, person } = this;
    this.nobody = !absence && person === null;
    if (this.nobody) return;
    const edit = this.#edit;
    const saved = await this.form.submit(() =>
      edit ? edit.save() : api.absences.create({ body: { ...readAbsence(values), personId: person!.id } }),
    );
    if (!saved) return;
    toast(edit ? edit.saved(msg('Absence changed')) : msg('Absence added'));
    this.open = false;
  }
}

customElements.define('muster-absence', MusterAbsence);
