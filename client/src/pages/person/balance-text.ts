/** Entries of the overtime account in words. */
import { msg } from '@lit/localize';
import type { BalanceEntryKind } from '#protocol/schedules.ts';

export function entryKindText(kind: BalanceEntryKind): { title: string; consequence: string } {
  const texts: Record<BalanceEntryKind, { title: string; consequence: string }> = {
    start: {
      title: msg('Opening balance'),
      consequence: msg('The balance at the beginning of this date. Nothing before it counts.'),
    },
    payout: {
      title: msg('Payout'),
      consequence: msg('Hours that were paid. They are taken off the balance.'),
    },
    correction: {
      title: msg('Correction'),
      consequence: msg('Hours that are added to the balance.'),
    },
  };
  return texts[kind];
}
