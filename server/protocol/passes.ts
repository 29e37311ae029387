/** Checking in without a face: a PIN, or a badge. */
import { z } from 'zod';
import { instant } from './fields.ts';

export const passesView = z
  .strictObject({
    pin: z.strictObject({ setAt: instant, lockedUntil: instant.nullable() }).nullable(),
    badge: z.strictObject({ issuedAt: instant }).nullable(),
  })
  .meta({ id: 'Passes' });
export type PassesView = z.infer<typeof passesView>;

export const pinView = z.strictObject({ pin: z.string().describe('Shown once.') }).meta({ id: 'Pin' });
export type PinView = z.infer<typeof pinView>;

export const badgeView = z
  .strictObject({ code: z.string().describe('Shown and printed once.') })
  .meta({ id: 'Badge' });
export type BadgeView = z.infer<typeof badgeView>;
