/** The fields of an account, for the dialogs that add and change one. */
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { STAFF_ROLES } from '#protocol/permissions.ts';
import { newAccount } from '#protocol/accounts.ts';
import { departmentField } from '../../components/department-field.ts';
import { longest } from '../../components/longest.ts';
import type { DraftWords } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { roleName, rolePermissions } from './role-names.ts';

export interface AccountDraft {
  name: string;
  role: (typeof STAFF_ROLES)[number];
  /** Blank for none. */
  department: string;
}

export function accountWords(): DraftWords<AccountDraft> {
  return {
    name: { label: msg('Name') },
    role: { label: msg('Role'), text: roleName },
    department: { label: msg('Department') },
  };
}

export function accountFields(
  { name, role, department }: AccountDraft,
  departments: readonly string[],
  fault: (field: string) => string,
): TemplateResult {
  return html`${textField({
      name: 'name',
      label: msg('Name'),
      value: name,
      required: true,
      maxlength: longest(newAccount.shape.name),
      fault: fault('name'),
    })}
    <wa-select name="role" label=${msg('Role')} .value=${role} hint=${fault('role')} data-test="role">
      ${STAFF_ROLES.map((each) => {
        const [title, permissions] = [roleName(each), rolePermissions(each)];
        return html`<wa-option value=${each} .label=${title}
          >${msg(str`${title}: ${permissions}`)}</wa-option
        >`;
      })}
    </wa-select>
    ${departmentField({
      departments,
      value: department,
      hint: msg('A manager sees the people of this department, and needs one.'),
      fault: fault('department'),
    })}`;
}

export function readAccount({ name = '', role, department = '' }: Record<string, string>): AccountDraft {
  return { name, role: readRole(role), department };
}

export function readRole(value: string | undefined): (typeof STAFF_ROLES)[number] {
  return STAFF_ROLES.find((role) => role === value) ?? 'viewer';
}
