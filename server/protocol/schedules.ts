/** Schedules: shifts, rotas, absences and holidays. */

/** `trip`: at work elsewhere. */
export const ABSENCE_KINDS = ['vacation', 'sick', 'trip', 'unpaid'] as const;
export type AbsenceKind = (typeof ABSENCE_KINDS)[number];

/** `start`: where a balance begins. `payout`: overtime that was paid. `correction`: anything else. */
export const BALANCE_ENTRY_KINDS = ['start', 'payout', 'correction'] as const;
export type BalanceEntryKind = (typeof BALANCE_ENTRY_KINDS)[number];
