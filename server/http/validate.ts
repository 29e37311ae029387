import type { z } from 'zod';
import { MusterError } from '../protocol/error.ts';

/** A value from outside as the schema wants it. Throws MusterError `validation-failed` with every fault. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known' }))
      : [{ path: issue.path.join('.'), message: missing(issue) ? 'is missing' : issue.message }],
  );
  const [first] = faults;
  const detail =
    faults.length === 1 ? `${first!.path} ${first!.message}.` : `${faults.length} fields have a fault.`;
  throw new MusterError('validation-failed', detail.trimStart(), { faults });
}

function missing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined;
}
