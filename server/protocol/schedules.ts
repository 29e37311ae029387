/** Schedules: shifts, rotas, absences and holidays. */

/** `trip`: at work elsewhere. */
export const ABSENCE_KINDS = ['vacation', 'sick', 'trip', 'unpaid'] as const;
export type AbsenceKind = (typeof ABSENCE_KINDS)[number];
