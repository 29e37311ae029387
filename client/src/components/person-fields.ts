/** What is asked about a person, wherever it is asked. */
import type { FieldOptions } from './text-field.ts';

export const PERSON_FIELDS: readonly FieldOptions[] = [
  { name: 'number', label: 'Employee number', required: true, maxlength: 40 },
  { name: 'startDate', label: 'First day', type: 'date' },
  { name: 'givenName', label: 'Given name', required: true, maxlength: 80 },
  { name: 'familyName', label: 'Family name', required: true, maxlength: 80 },
  { name: 'department', label: 'Department', maxlength: 80 },
  { name: 'jobTitle', label: 'Job title', maxlength: 80 },
  { name: 'email', label: 'E-mail', type: 'email', maxlength: 200 },
  { name: 'phone', label: 'Phone', type: 'tel', maxlength: 40 },
];
