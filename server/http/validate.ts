import type { z } from 'zod';
import { MusterError } from '../protocol/error.ts';
import { isStorable } from '../protocol/storable.ts';

/** A value from outside as the schema wants it. Throws MusterError `validation-failed` with every fault. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return storable(parsed.data);
  const faults = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known' }))
      : [{ path: issue.path.join('.'), message: messageOf(issue) }],
  );
  const [first] = faults;
  const detail =
    faults.length === 1
      ? `${first!.path || 'The body'} ${first!.message}.`
      : `${faults.length} fields have a fault.`;
  throw new MusterError('validation-failed', detail, { faults });
}

function storable<T>(data: T): T {
  if (isStorable(data)) return data;
  const faults = Object.entries(data as object)
    .filter(([, value]) => !isStorable(value))
    .map(([path]) => ({ path, message: 'holds characters that cannot be stored' }));
  throw new MusterError('validation-failed', `${faults[0]!.path} holds characters that cannot be stored.`, {
    faults,
  });
}

/** Said after the name of the field; the schemas' own messages are written so as well. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.input === undefined ? 'is missing' : `is not of type ${issue.expected}`;
}
