/** How long data is kept. */
import { z } from 'zod';
import { instant } from './fields.ts';

const retentionLine = z
  .strictObject({
    what: z.enum(['templates', 'captures', 'snapshots', 'decisions', 'punches', 'audit']),
    keepDays: z.number().nullable().describe('Null: kept forever.'),
    before: instant.nullable().describe('Older data is removed; null where nothing is.'),
    count: z.int().describe('How many were removed, or would be.'),
  })
  .meta({ id: 'RetentionLine' });
export type RetentionLine = z.infer<typeof retentionLine>;

export const retentionView = z
  .strictObject({
    next: z.array(retentionLine).describe('What would be removed if it ran now.'),
    runs: z
      .array(z.strictObject({ at: instant, report: z.array(retentionLine) }))
      .describe('The last runs, newest first.'),
  })
  .meta({ id: 'Retention' });
export type RetentionView = z.infer<typeof retentionView>;
