import { expect, it } from 'vitest';
import { Person } from '../db/entities/person.ts';
import { emptied, KEPT, PERSONAL } from './erasure.ts';

it('every property of a person is either emptied by an erasure or listed as kept', () => {
  expect([...PERSONAL, ...KEPT].toSorted()).toEqual(Object.keys(Person.meta.properties).toSorted());
});

it('an erasure writes null where a column takes it, and an empty text elsewhere', () => {
  expect(emptied()).toEqual({
    number: null,
    givenName: '',
    familyName: '',
    department: '',
    jobTitle: '',
    email: '',
    phone: '',
    startDate: null,
  });
});
