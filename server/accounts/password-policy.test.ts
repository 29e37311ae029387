import { describe, expect, it } from 'vitest';
import { refuseKnownPassword } from './password-policy.ts';

const about = { username: 'grace.hopper', name: 'Grace Hopper' };
const check = (password: string) => () => refuseKnownPassword(password, about);

describe('a password from the usual lists of guesses', () => {
  it.each([
    'password1234',
    'Pass word 1234',
    'PasswordPassword',
    'CorrectHorseBatteryStaple',
    '123456789012',
    '098765432109',
    'qwertyuiopqwerty',
    'qwertyuiopasdf',
    'mnbvcxzmnbvcxz',
    'abcdefghijklmn',
  ])('a password from the usual lists of guesses is refused: %s', (password) => {
    expect(check(password)).toThrow(/everybody tries it/);
  });
});

describe('a password made from the names of the account', () => {
  it.each(['grace.hopper', 'GraceHopper1', 'Hopper.Grace.2026', 'muster-grace-1', 'hopperhopper'])(
    'a password made from the names of the account is refused: %s',
    (password) => {
      expect(check(password)).toThrow(
        expect.objectContaining({ code: 'validation-failed', faults: [expect.anything()] }),
      );
    },
  );

  it.each(['grace found a moth in relay 70', 'correct horse battery', 'a hopper full of wheat'])(
    'a password is accepted when enough remains after the name is removed: %s',
    (password) => {
      expect(check(password)).not.toThrow();
    },
  );
});
