import { describe, expect, it } from 'vitest';
import { personKeyOf } from './person-of.ts';

const EMAIL = { by: 'email' } as const;
const NUMBER = { by: 'number', claim: 'work.number' } as const;

describe('who an employee is, by the claims', () => {
  it.each([
    [
      'an address that was verified',
      EMAIL,
      { email: 'eve@example.org', email_verified: true },
      'eve@example.org',
    ],
    ['an address that was not', EMAIL, { email: 'eve@example.org', email_verified: false }, null],
    ['an address of which the provider says nothing', EMAIL, { email: 'eve@example.org' }, null],
    [
      'an address that only looks verified',
      EMAIL,
      { email: 'eve@example.org', email_verified: 'true' },
      null,
    ],
    ['a blank address', EMAIL, { email: ' ', email_verified: true }, null],
    ['a number', NUMBER, { work: { number: ' 0042 ' } }, '0042'],
    ['a number that is none in quotes', NUMBER, { work: { number: 42 } }, '42'],
    ['a list of numbers', NUMBER, { work: { number: ['42', '43'] } }, null],
    ['a number in another claim', NUMBER, { number: '42' }, null],
    ['an address where nothing binds', null, { email: 'eve@example.org', email_verified: true }, null],
  ])('%s', (_what, binding, claims, value) => {
    expect(personKeyOf(claims, binding)?.value ?? null).toBe(value);
  });
});
