import { isDeepStrictEqual } from 'node:util';
import type { AuditDetail } from './audit.ts';

/** Returns only the fields that changed, before and after, for an audit event about a change. */
export function difference(
  before: AuditDetail,
  after: AuditDetail,
): { before: AuditDetail; after: AuditDetail } {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const only = (of: AuditDetail) =>
    Object.fromEntries(changed.filter((name) => name in of).map((name) => [name, of[name]]));
  return { before: only(before), after: only(after) };
}
