/** The audit trail: append-only and chained by hashes, so that a row that is removed or changed later is noticed. */
import { createHash } from 'node:crypto';
import type { Em } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import type { AuditAct, AuditSubject } from '../protocol/audit-acts.ts';
import type { Caller } from '../protocol/session.ts';
import { auditContext } from './audit-context.ts';
import { lockByName } from '../db/advisory-lock.ts';

/** JSON with IDs, states, numbers and names of fields; never biometric data, names of people or secrets. */
export type AuditDetail = { readonly [key: string]: unknown };

/** What an act was done to. */
interface AuditObject {
  kind: AuditSubject;
  id: string;
}

export interface AuditEntry {
  act: AuditAct;
  /** The object of the action. */
  object?: AuditObject;
  before?: AuditDetail;
  after?: AuditDetail;
  /** Replaces the actor of the request; a sign-in passes the account that signed in. */
  actor?: Caller;
}

/** Name of the lock that lets all servers of a database extend the chain one after another. */
const CHAIN_LOCK = 'muster/audit';
/** PostgreSQL tells those who listen to this that the trail has grown. */
export const AUDIT_CHANNEL = 'muster_audit';
/** The previous hash of the first event. */
export const CHAIN_START: Uint8Array = Buffer.alloc(32);

/**
 * Appends one event inside the caller's transaction, so that both are committed or neither is. Call it last in the
 * transaction, because all other audited transactions wait from here to the commit.
 */
export async function audit(em: Em, entry: AuditEntry): Promise<void> {
  await auditAll(em, [entry]);
}

/** Events that are inserted by one statement. */
const BATCH = 500;

/** The same for many events, in their order. @param onWritten is told how many were written */
export async function auditAll(
  em: Em,
  entries: readonly AuditEntry[],
  onWritten: (events: number) => void = () => {},
): Promise<void> {
  // Pending writes may have to wait for other locks, which must not happen while this transaction holds the chain lock.
  await em.flush();
  await lockByName(em, CHAIN_LOCK);
  // Sent with the commit, and then not in a queue of its own: this lock already lets commits of audited acts through one by one.
  await em.execute(`select pg_notify(?, '')`, [AUDIT_CHANNEL]);
  const [head] = await em.find(
    AuditEvent,
    {},
    { orderBy: { seq: 'desc' }, limit: 1, disableIdentityMap: true },
  );
  let { seq, hash }: { seq: number; hash: Uint8Array } = head ?? { seq: 0, hash: CHAIN_START };
  const context = auditContext.getStore();
  for (let i = 0; i < entries.length; i += BATCH) {
    const rows: AuditEvent[] = [];
    for (const { act, object, before, after, actor } of entries.slice(i, i + BATCH)) {
      const row = {
        seq: (seq += 1),
        at: new Date(),
        ...authorOf(actor ?? context?.actor ?? null, context !== undefined),
        address: context?.address ?? null,
        act,
        objectKind: object?.kind ?? null,
        objectId: object?.id ?? null,
        detail: JSON.stringify({ before, after }),
      };
      const previous = hash;
      hash = chainHash(row, previous);
      rows.push({ ...row, previous, hash });
    }
    await em.insertMany(AuditEvent, rows);
    onWritten(rows.length);
  }
}

/** The columns of an event except the hashes. */
export type AuditRow = Omit<AuditEvent, 'previous' | 'hash'>;

/** SHA-256 of the hash of the previous event, followed by all columns of this event as one JSON array. */
export function chainHash(row: AuditRow, previous: Uint8Array): Buffer {
  const { seq, at, actorKind, actorId, actorName, address, act, objectKind, objectId, detail } = row;
  const columns = [seq, at.toISOString(), actorKind, actorId, actorName, address];
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify([...columns, act, objectKind, objectId, detail]))
    .digest();
}

type Author = Pick<AuditEvent, 'actorKind' | 'actorId' | 'actorName'>;

function authorOf(actor: Caller | null, asked: boolean): Author {
  switch (actor?.kind) {
    case 'account':
      // The name of an employee must stay erasable, as that of an invited person below.
      return {
        actorKind: 'account',
        actorId: actor.accountId,
        actorName: actor.role === 'employee' ? '' : actor.username,
      };
    case 'device':
      return { actorKind: 'device', actorId: actor.deviceId, actorName: actor.name };
    case 'token':
      return { actorKind: 'token', actorId: actor.tokenId, actorName: actor.name };
    case 'invitation':
      return { actorKind: 'invitation', actorId: actor.invitationId, actorName: '' };
    default:
      return { actorKind: asked ? 'nobody' : 'server', actorId: null, actorName: '' };
  }
}
