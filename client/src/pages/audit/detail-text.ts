/** The details of an audit event in the reader's language, as far as they are everyday ones: the others stay as recorded. */
import { msg } from '@lit/localize';
import { PERSON_STATUSES } from '#protocol/people.ts';
import { ROLES } from '#protocol/permissions.ts';
import { list, number } from '../../locales/intl.ts';
import { roleName } from '../accounts/role-names.ts';
import { statusText } from '../person/status-text.ts';

const NAMES: Record<string, () => string> = {
  department: () => msg('Department'),
  disabled: () => msg('Disabled'),
  fields: () => msg('Changed fields'),
  from: () => msg('From'),
  kind: () => msg('Type'),
  language: () => msg('Language'),
  mode: () => msg('Check-in mode'),
  name: () => msg('Name'),
  role: () => msg('Role'),
  scopes: () => msg('Access'),
  source: () => msg('Source'),
  status: () => msg('Status'),
  timeZone: () => msg('Time zone'),
  to: () => msg('To'),
  why: () => msg('Reason'),
  workDate: () => msg('Work day'),
};

export function detailName(name: string): string {
  return Object.hasOwn(NAMES, name) ? NAMES[name]!() : name;
}

export function detailValue(name: string, value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? msg('Yes') : msg('No');
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return list(value.map((one) => detailValue(name, one)));
  if (typeof value !== 'string') return JSON.stringify(value);
  const role = name === 'role' && ROLES.find((one) => one === value);
  if (role) return roleName(role);
  const status = name === 'status' && PERSON_STATUSES.find((one) => one === value);
  if (status) return statusText(status);
  return value;
}
