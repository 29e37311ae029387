import { msg, str } from '@lit/localize';
import { number } from '../locales/intl.ts';

/** Advice below a field for a new password. */
export function passwordHint(minimum: number): string {
  return msg(
    str`At least ${number(minimum)} characters. Several words work better than one word with symbols.`,
  );
}
