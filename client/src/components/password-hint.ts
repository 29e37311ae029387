import { msg, str } from '@lit/localize';
import { PASSWORD_LENGTH } from '#protocol/session.ts';
import { number } from '../locales/intl.ts';

/** Advice below a field for a new password. */
export function passwordHint(): string {
  const least = number(PASSWORD_LENGTH.least);
  return msg(str`At least ${least} characters. Several words work better than one word with symbols.`);
}
