/** The fields of a person, the same in every form. */
import { msg } from '@lit/localize';
import type { TemplateResult } from 'lit';
import { newPerson, type PERSON_FIELDS } from '#protocol/people.ts';
import { longDate } from './format.ts';
import { longest } from './longest.ts';
import { departmentField } from './department-field.ts';
import { type FieldOptions, textField } from './text-field.ts';

const person = newPerson.shape;

type PersonField = (typeof PERSON_FIELDS)[number];

/** The words of the fields, by their names. */
export function personWords(): Record<PersonField, { label: string; text?: (value: string) => string }> {
  const words = fields().map(({ name, label, type }) => [
    name,
    { label, ...(type === 'date' && { text: (date: string) => date && longDate(date) }) },
  ]);
  return Object.fromEntries(words) as ReturnType<typeof personWords>;
}

const fields = (): (FieldOptions & { name: PersonField })[] => [
  { name: 'givenName', label: msg('Given name'), maxlength: longest(person.givenName) },
  {
    name: 'familyName',
    label: msg('Family name'),
    hint: msg('One name is enough'),
    maxlength: longest(person.familyName),
  },
  { name: 'number', label: msg('Employee number'), required: true, maxlength: longest(person.number) },
  { name: 'department', label: msg('Department'), maxlength: longest(person.department) },
  { name: 'jobTitle', label: msg('Job title'), maxlength: longest(person.jobTitle) },
  { name: 'startDate', label: msg('First day'), type: 'date' },
  { name: 'email', label: msg('Email'), type: 'email', maxlength: longest(person.email) },
  { name: 'phone', label: msg('Phone'), type: 'tel', maxlength: longest(person.phone) },
];

interface PersonForm {
  /** By the names of the fields; blank for a new person. */
  values?: Readonly<Record<string, unknown>>;
  departments: readonly string[];
  fault: (field: string) => string;
  /** Whether the first field gets the focus. */
  autofocus?: boolean;
}

export function personFields({
  values = {},
  departments,
  fault,
  autofocus = false,
}: PersonForm): TemplateResult[] {
  return fields().map((field, i) => {
    const known = values[field.name];
    const value = typeof known === 'string' ? known : '';
    return field.name === 'department'
      ? departmentField({ departments, value, fault: fault('department') })
      : textField({ ...field, value, autofocus: autofocus && i === 0, fault: fault(field.name) });
  });
}
