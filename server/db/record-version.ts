/** Entity tags of records that two people may edit at once. */
import { createHash } from 'node:crypto';
import type { AuditAct, AuditSubject } from '../protocol/audit-acts.ts';
import { type ErrorDetails, MusterError } from '../protocol/error.ts';
import type { Em } from './database.ts';

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

/** How the audit trail names the changes of a record. */
export interface Edited {
  kind: AuditSubject;
  /** Absent where all things of this kind are edited as one, as the settings are. */
  id?: string;
  acts: readonly AuditAct[];
  /** The department that the record names: a new name of it changes the record, too. */
  department?: string | null | undefined;
}

/** Call it with the row locked. Throws MusterError `precondition-failed`, which says who was faster. */
export async function requireVersion(
  em: Em,
  { version, expected, edited }: { version: string; expected: Expected; edited: Edited },
): Promise<void> {
  if (expected === undefined || expected.includes(version)) return;
  throw new MusterError(
    'precondition-failed',
    'Someone else changed this in the meantime: reload it, look at the change, and try again.',
    { details: await lastChange(em, edited) },
  );
}

/** The audit trail knows it, as long as it is kept. */
async function lastChange(
  em: Em,
  { kind, id, acts, department }: Edited,
): Promise<ErrorDetails['precondition-failed']> {
  const [found] = await em.execute<{ name: string; at: Date }[]>(
    `select e.at, coalesce(a.name, e.actor_name) "name"
     from audit_event e left join account a on e.actor_kind = 'account' and a.id::text = e.actor_id
     where (e.object_kind = ? and (?::text is null or e.object_id = ?) and e.act = any(?::text[]))
        or (e.object_kind = 'department' and e.act in ('department.renamed', 'department.joined')
            and e.detail::jsonb -> 'after' ->> 'name' = ?)
     order by e.seq desc limit 1`,
    [kind, id ?? null, id ?? null, `{${acts.join(',')}}`, department ?? null],
  );
  return { changedBy: found?.name || null, changedAt: found ? new Date(found.at).toISOString() : null };
}
