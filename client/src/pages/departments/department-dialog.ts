/** Adds a department, or renames one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import { type DepartmentView, newDepartment } from '#protocol/departments.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterDepartment extends FormDialog {
  static override properties = { department: { attribute: false } };
  /** Null for a new one. */
  declare department: DepartmentView | null;

  constructor() {
    super();
    this.department = null;
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
          intro: html`<p class="quiet">
            ${msg('The new name counts for everyone in it, and in reports of past months. An import that still has the former name finds it.')}
          </p>`,
        }),
        fields: textField({
          name: 'name',
          label: msg('Name'),
          value: department?.name,
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
      department
        ? api.departments.update({
            params: { id: department.id },
            body: { name },
            version: department.version,
          })
        : api.departments.create({ body: { name } }),
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
