import type { Em } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { audit } from './audit.ts';

/**
 * Removes the events older than `before` from the start of the trail, for retention. An event at the end of the trail
 * records the removal together with the hash that the remaining trail continues from. The last event is never removed.
 * Call it last in the caller's transaction.
 *
 * @returns how many events were removed, or with `dryRun` how many would be
 */
export async function purgeAudit(
  em: Em,
  before: Date,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<number> {
  const [row] = await em.execute<[{ seq: string | null; count: string }]>(
    `select max(seq) seq, count(*) count from audit_event
     where seq < coalesce((select min(seq) from audit_event where at >= ?), (select max(seq) from audit_event))`,
    [before],
  );
  if (row.seq === null || dryRun) return Number(row.count);
  const upTo = Number(row.seq);
  const last = await em.findOneOrFail(AuditEvent, { seq: upTo });
  // The trigger that protects the trail allows this one exception; it ends with the transaction.
  await em.execute(`set local muster.audit_purge = 'on'`);
  await em.execute('delete from audit_event where seq <= ?', [upTo]);
  await em.execute(`set local muster.audit_purge = 'off'`);
  await audit(em, { act: 'audit.purged', after: { upTo, hash: Buffer.from(last.hash).toString('hex') } });
  return Number(row.count);
}
