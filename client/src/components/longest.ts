import { z } from 'zod';

/** How many characters a field of a request may have, as its schema says: the limit of the form is that of the server. */
export function longest(field: z.core.$ZodType): number {
  if (field instanceof z.ZodString) return field.maxLength ?? NO_LIMIT;
  if (field instanceof z.ZodStringFormat) return field.maxLength ?? NO_LIMIT;
  if (field instanceof z.ZodUnion) return Math.max(...field.options.map(longest));
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) return longest(field.unwrap());
  if (field instanceof z.ZodLiteral) return 0;
  throw new Error('This field is no text.');
}

/** A schema without a limit: what a field takes that says nothing itself. */
const NO_LIMIT = 200;
