import { describe, expect, it } from 'vitest';
import { newAccount } from '#protocol/accounts.ts';
import { CORRECTION_SHAPE } from '#protocol/corrections.ts';
import { newPerson } from '#protocol/people.ts';
import { passwordChange, signInInput } from '#protocol/session.ts';
import { longest } from './longest.ts';

describe('the longest text that a form takes', () => {
  it.each([
    ['a required line', newPerson.shape.number, 40],
    ['a line that may be left out', newPerson.shape.phone, 40],
    ['an e-mail address or nothing', newPerson.shape.email, 254],
    ['a user name, which is trimmed', newAccount.shape.username, 64],
    ['a reason', CORRECTION_SHAPE.reason, 500],
    ['a new password', passwordChange.shape.password, 256],
    ['an optional code', signInInput.shape.code, 32],
  ])('the longest text that a form takes is read from the schema of %s', (_, field, characters) => {
    expect(longest(field)).toBe(characters);
  });
});
