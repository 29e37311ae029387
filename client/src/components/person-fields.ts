/** The fields of a person, the same in every form. */
import { msg } from '@lit/localize';
import type { FieldOptions } from './text-field.ts';

export const personFields = (): FieldOptions[] => [
  { name: 'number', label: msg('Employee number'), required: true, maxlength: 40 },
  { name: 'startDate', label: msg('First day'), type: 'date' },
  { name: 'givenName', label: msg('Given name'), required: true, maxlength: 80 },
  { name: 'familyName', label: msg('Family name'), required: true, maxlength: 80 },
  { name: 'department', label: msg('Department'), maxlength: 80 },
  { name: 'jobTitle', label: msg('Job title'), maxlength: 80 },
  { name: 'email', label: msg('Email'), type: 'email', maxlength: 200 },
  { name: 'phone', label: msg('Phone'), type: 'tel', maxlength: 40 },
];
