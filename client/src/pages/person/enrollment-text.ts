import { msg, str } from '@lit/localize';
import type { PersonView } from '#protocol/people.ts';
import { shortDate } from '../../components/format.ts';
import { number, plural } from '../../locales/intl.ts';

/** "Nov 3, 2026 · 9 angles": when the face was enrolled, and from how many directions. */
export function enrollmentText({ enrolledAt, bins }: NonNullable<PersonView['enrollment']>): string {
  const amount = number(bins.length);
  const angles = plural(bins.length, { one: msg('1 angle'), other: msg(str`${amount} angles`) });
  return `${shortDate(enrolledAt)} · ${angles}`;
}
