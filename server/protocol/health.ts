/** Whether the server works. */
import { z } from 'zod';
import './no-eval.ts';

const upOf = z.strictObject({ up: z.int(), of: z.int() });

export const healthView = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    database: z.boolean(),
    analyzers: upOf,
    mediaWorkers: upOf,
    cameras: z.int(),
    reenroll: z.int().describe('People who must be enrolled again; 0 while the database does not answer.'),
  })
  .meta({ id: 'Health' });
export type HealthView = z.infer<typeof healthView>;
