/** Adds a department, or renames one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import { type DepartmentView, newDepartment } from '#protocol/departments.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { longest } from '../../components/longest.ts';
import { SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterDepartment extends FormDialog {
  static override properties = { department: { attribute: false } };
  /** Null for a new one. */
  declare department: DepartmentView | null;
  #edit: SharedEdit<Pick<DepartmentView, 'name'>, DepartmentView> | null = null;

  constructor() {
    super();
    this.department = null;
  }

  override willUpdate() {
    const { department } = this;
    if (!department || this.#edit) return;
    const params = { id: department.id };
    this.#edit = new SharedEdit<Pick<DepartmentView, 'name'>, DepartmentView>(this, {
      record: department,
      draftOf: ({ name }) => ({ name }),
      read: () => ({ name: formValues(this.renderRoot.querySelector('form')!)['name'] ?? '' }),
      words: () => ({ name: { label: msg('Name') } }),
      current: () => api.departments.get({ params }),
      send: ({ name = '' }, version) => api.departments.update({ params, body: { name }, version }),
    });
  }

  override render() {
    const { department } = this;
    return this.frame(
      department ? msg(str`Rename ${department.name}`) : msg('Add a department'),
      'department-dialog',
      this.sheet({
        act: department ? msg('Rename') : msg('Add'),
        test: 'save',
        ...(department && {
          intro: html`${this.#edit!.notice()}
            <p class="quiet">
              ${msg('The new name counts for everyone in it, and in reports of past months. An import that still has the former name finds it.')}
            </p>`,
        }),
        fields: textField({
          name: 'name',
          label: msg('Name'),
          value: this.#edit?.draft.name,
          required: true,
          autofocus: true,
          maxlength: longest(newDepartment.shape.name),
          fault: this.form.fault('name'),
        }),
      }),
    );
  }

  protected override async send({ name = '' }: Record<string, string>) {
    const { department } = this;
    const saved = await this.form.submit(() =>
      this.#edit ? this.#edit.save() : api.departments.create({ body: { name } }),
    );
    if (!saved) return;
    toast(
      department
        ? msg(str`${department.name} is now called ${saved.name}`)
        : msg(str`${saved.name} was added`),
    );
    this.open = false;
  }
}

customElements.define('muster-department', MusterDepartment);
