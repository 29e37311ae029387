/** Entity tags of records that two people may edit at once. */
import { createHash } from 'node:crypto';
import { MusterError } from '../protocol/error.ts';

/** The versions that a change accepts, from `If-Match`; undefined accepts any. */
export type Expected = readonly string[] | undefined;

/**
 * Made of the editable values themselves rather than counted, so that no writer can forget to count, and what changed
 * beside them (a last sign-in, a new template) is not a conflict.
 */
export function recordVersion(values: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** Call it with the row locked. Throws MusterError `precondition-failed`. */
export function requireVersion(version: string, expected: Expected): void {
  if (expected === undefined || expected.includes(version)) return;
  throw new MusterError(
    'precondition-failed',
    'Someone else changed this in the meantime: reload it, look at the change, and try again.',
  );
}
