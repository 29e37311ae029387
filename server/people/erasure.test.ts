import { expect, it } from 'vitest';
import { Person } from '../db/entities/person.ts';
import { DERIVED, emptied, KEPT, PERSONAL } from './erasure.ts';

it('every property of a person is emptied by an erasure, derived from those that are, or listed as kept', () => {
  expect([...PERSONAL, ...DERIVED, ...KEPT].toSorted()).toEqual(
    Object.keys(Person.meta.properties).toSorted(),
  );
});

it('an erasure writes null where a column takes it, and an empty text elsewhere', () => {
  expect(emptied()).toEqual({
    number: null,
    givenName: '',
    familyName: '',
    department: null,
    jobTitle: '',
    email: '',
    phone: '',
    startDate: null,
    formerly: null,
  });
});
