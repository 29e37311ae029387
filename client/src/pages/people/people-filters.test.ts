import { expect, it } from 'vitest';
import { queryOf, readFilters } from './people-filters.ts';

it('an address without a query shows everybody', () => {
  expect(queryOf(readFilters('/people'))).toEqual({ search: '' });
});

it('the filters of an address become the query of the list', () => {
  const url = '/people?search=zo%C3%AB&department=R%26D&status=suspended&show=missing&sort=newest';
  expect(queryOf(readFilters(url))).toEqual({
    search: 'zoë',
    department: 'R&D',
    status: 'suspended',
    enrolled: 'false',
    sort: 'newest',
  });
  expect(queryOf(readFilters('/people?show=reenroll'))).toEqual({ search: '', reenroll: 'true' });
  expect(queryOf(readFilters('/people?show=look-alike'))).toEqual({ search: '', lookAlike: 'true' });
  expect(queryOf(readFilters('/people?show=agree-again'))).toEqual({ search: '', agreeAgain: 'true' });
});

it('a value that no filter has is left out', () => {
  expect(queryOf(readFilters('/people?status=retired&show=1&sort=shoe-size'))).toEqual({ search: '' });
});
