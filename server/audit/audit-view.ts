/** Reads the audit trail: in pages, newest first, or as a file. */
import type { Database } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { escapeLike } from '../db/like.ts';
import { csvLine } from '../export/csv.ts';
import type { AuditEventView } from '../protocol/audit.ts';
import { DAY } from '../time/durations.ts';

export interface AuditFilter {
  /** Only events before this number. */
  before?: number | undefined;
  /** Beginning of the name of the action: `session.` or `session.failed`. */
  act?: string | undefined;
  /** ID of the account, device or token that acted. */
  actor?: string | undefined;
  /** ID of the object of the action. */
  object?: string | undefined;
  /** First and last day, YYYY-MM-DD, UTC. */
  from?: string | undefined;
  to?: string | undefined;
}

/** How many events an export reads at a time. */
const PAGE = 1_000;
const COLUMNS = [
  'seq',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'address',
  'act',
  'objectKind',
  'objectId',
  'detail',
  'hash',
] as const;

/** The newest events that match the filter, newest first, at most `limit`. */
export async function auditEvents(
  database: Database,
  filter: AuditFilter,
  limit: number,
): Promise<AuditEventView[]> {
  const events = await database
    .fork()
    .find(AuditEvent, conditionOf(filter), { orderBy: { seq: 'desc' }, limit });
  return events.map(viewOf);
}

export type AuditFormat = 'csv' | 'jsonl';

/** All events that match the filter, oldest first, as lines of text. */
export async function* exportAudit(
  database: Database,
  filter: AuditFilter,
  format: AuditFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(COLUMNS);
  let after = 0;
  for (;;) {
    const page = await database
      .fork()
      .find(
        AuditEvent,
        { $and: [conditionOf(filter), { seq: { $gt: after } }] },
        { orderBy: { seq: 'asc' }, limit: PAGE },
      );
    if (page.length > 0) yield page.map((event) => lineOf(viewOf(event), format)).join('');
    if (page.length < PAGE) return;
    after = page.at(-1)!.seq;
  }
}

function lineOf(view: AuditEventView, format: AuditFormat): string {
  if (format === 'jsonl') return `${JSON.stringify(view)}\n`;
  return csvLine(
    COLUMNS.map((name) => {
      const value = view[name];
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    }),
  );
}

function conditionOf({ before, act, actor, object, from, to }: AuditFilter) {
  const at = {
    ...(from !== undefined && { $gte: new Date(`${from}T00:00:00Z`) }),
    ...(to !== undefined && { $lt: new Date(Date.parse(`${to}T00:00:00Z`) + DAY) }),
  };
  return {
    ...(before !== undefined && { seq: { $lt: before } }),
    ...(act !== undefined && { act: { $like: `${escapeLike(act)}%` } }),
    ...(actor !== undefined && { actorId: actor }),
    ...(object !== undefined && { objectId: object }),
    ...((from !== undefined || to !== undefined) && { at }),
  };
}

function viewOf(event: AuditEvent): AuditEventView {
  const { seq, at, actorKind, actorId, actorName, address, act, objectKind, objectId, detail, hash } = event;
  return {
    seq,
    at: at.toISOString(),
    actorKind,
    actorId: actorId ?? null,
    actorName,
    address: address ?? null,
    act,
    objectKind: objectKind ?? null,
    objectId: objectId ?? null,
    detail: JSON.parse(detail) as AuditEventView['detail'],
    hash: Buffer.from(hash).toString('hex'),
  };
}
