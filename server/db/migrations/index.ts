/** Every migration in order. Names are stored in the database: never rename one, never change one that was released. */
import { FirstSchema } from './0001-first-schema.ts';
import { ConsentWithdrawn } from './0002-consent-withdrawn.ts';

export const migrations = [
  { name: '0001-first-schema', class: FirstSchema },
  { name: '0002-consent-withdrawn', class: ConsentWithdrawn },
];
