import type { Em } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { audit } from './audit.ts';

/**
 * Retention: removes the events before `before` from the start of the trail, and says so in the trail, with the hash
 * that what is left begins from. Inside the caller's transaction, last. Returns how many were (with `dryRun`: would
 * be) removed; the last event always stays.
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
  // The one door in the trigger that keeps the trail; it closes with the transaction.
  await em.execute(`set local muster.audit_purge = 'on'`);
  await em.execute('delete from audit_event where seq <= ?', [upTo]);
  await em.execute(`set local muster.audit_purge = 'off'`);
  await audit(em, { act: 'audit.purged', after: { upTo, hash: Buffer.from(last.hash).toString('hex') } });
  return Number(row.count);
}
