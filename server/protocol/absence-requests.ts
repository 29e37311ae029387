/** Requests for absence: an employee asks, somebody else decides, and an approved one becomes an absence. */
import { z } from 'zod';
import { id, instant, next, page, prose, reason } from './fields.ts';
import { absenceView, newAbsence } from './schedules.ts';

const absenceRequestState = z.enum(['waiting', 'approved', 'refused', 'withdrawn']);
export type AbsenceRequestState = z.infer<typeof absenceRequestState>;

/** For the own person, which goes without saying. */
export const newAbsenceRequest = newAbsence.omit({ personId: true });
export type NewAbsenceRequest = z.infer<typeof newAbsenceRequest>;

const who = z.strictObject({ name: z.string(), at: instant });

export const absenceRequestView = absenceView
  .omit({ version: true, personId: true })
  .extend({
    state: absenceRequestState,
    author: who,
    decision: who.nullable().describe('Who approved or refused it, or when it was withdrawn.'),
    answer: z.string().nullable().describe('What the decider wrote.'),
    mayDecide: z.boolean().describe('Whether it waits for the caller.'),
    mayWithdraw: z.boolean().describe('Whether it waits, and the caller asked for it.'),
  })
  .meta({ id: 'AbsenceRequest' });
export type AbsenceRequestView = z.infer<typeof absenceRequestView>;

export const absenceRequestsQuery = z.strictObject({
  ...page,
  state: absenceRequestState.optional(),
  person: id.optional(),
});
export type AbsenceRequestsQuery = z.infer<typeof absenceRequestsQuery>;
export const ownAbsenceRequestsQuery = absenceRequestsQuery.omit({ person: true });

export const absenceRequestsView = z.strictObject({ requests: z.array(absenceRequestView), next });
export type AbsenceRequestsView = z.infer<typeof absenceRequestsView>;

/** Whoever is refused learns why. */
export const absenceDecision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), answer: prose(500).optional() }),
  z.strictObject({ decision: z.literal('refuse'), answer: reason }),
]);
export type AbsenceDecision = z.infer<typeof absenceDecision>;
