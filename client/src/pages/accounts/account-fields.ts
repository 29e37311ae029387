/** The fields of an account, for the dialogs that make and change one. */
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { ROLES, type Role } from '#protocol/permissions.ts';
import { textField } from '../../components/text-field.ts';
import { ROLE_NAMES } from './role-names.ts';

export function accountFields(
  { name, role, department }: { name: string; role: Role; department: string },
  fault: (field: string) => string,
): TemplateResult {
  return html`${textField({
      name: 'name',
      label: 'Name',
      value: name,
      required: true,
      maxlength: 80,
      fault: fault('name'),
    })}
    <wa-select name="role" label="Role" .value=${role} hint=${fault('role')} data-test="role">
      ${ROLES.map(
        (each) =>
          html`<wa-option value=${each} .label=${ROLE_NAMES[each].name}>
            ${ROLE_NAMES[each].name}: ${ROLE_NAMES[each].may}
          </wa-option>`,
      )}
    </wa-select>
    ${textField({
      name: 'department',
      label: 'Department',
      value: department,
      hint: 'A manager sees the people of this department',
      maxlength: 80,
      fault: fault('department'),
    })}`;
}

export function readRole(value: string | undefined): Role {
  return ROLES.find((role) => role === value) ?? 'viewer';
}
