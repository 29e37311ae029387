/** Sightings that the database refused as punches, and what becomes of them. */
import { z } from 'zod';
import { punchKind } from './attendance.ts';
import { personOf } from './corrections.ts';
import { id, instant, next, reason } from './fields.ts';

const refusedSightingView = z
  .strictObject({
    id,
    person: personOf,
    device: z.string().describe('The name of the station or camera, as it was then.'),
    at: instant,
    localTime: z.string().describe('The same as YYYY-MM-DD HH:MM at the site.'),
    code: z.string().describe('Why the database refused it: the SQLSTATE.'),
  })
  .meta({ id: 'RefusedSighting' });
export type RefusedSightingView = z.infer<typeof refusedSightingView>;

export const refusedSightingsView = z.strictObject({ refused: z.array(refusedSightingView), next });
export type RefusedSightingsView = z.infer<typeof refusedSightingsView>;

const booking = z.strictObject({
  decision: z.literal('book').describe('As a correction that adds a punch at that instant.'),
  says: punchKind,
  reason,
});
const dismissal = z.strictObject({ decision: z.literal('dismiss'), reason });
export const refusedSightingDecision = z.discriminatedUnion('decision', [booking, dismissal]);
export type RefusedSightingDecision = z.infer<typeof refusedSightingDecision>;
export const REFUSED_SIGHTING_SHAPE = booking.shape;
