/** The fields of a person, the same in every form. */
import { msg } from '@lit/localize';
import { newPerson } from '#protocol/people.ts';
import { longest } from './longest.ts';
import type { FieldOptions } from './text-field.ts';

const person = newPerson.shape;

export const personFields = (): FieldOptions[] => [
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
