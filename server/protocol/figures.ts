/** Figures of days and months, and what comes later about closed ones. */
import { z } from 'zod';
import { id } from './fields.ts';

export const figures = z
  .strictObject({
    presence: z.number().describe('Time within complete stays, ms.'),
    pauses: z.number().describe('Between the stays, ms.'),
    deducted: z.number().describe('Required break that was not taken, ms.'),
    worked: z.number().describe('Presence less deducted breaks, ms.'),
    incomplete: z.int().describe('Days on which an arrival or a departure is missing.'),
  })
  .meta({ id: 'Figures' });

export const adjustmentView = z
  .strictObject({
    date: z.string().describe('The day of a closed month that it mends.'),
    month: z.string().describe('The month in which it counts.'),
    difference: figures.describe('What is added to the frozen figures; may be negative.'),
    added: z.array(id).describe('Ids of the punches that came after the closing.'),
    removed: z.array(id).describe('Ids of the punches that have not counted since.'),
  })
  .meta({ id: 'Adjustment' });
export type AdjustmentView = z.infer<typeof adjustmentView>;
