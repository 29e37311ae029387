/** Whether the audit trail is whole: every event there, none changed, the end where it was last seen. */
import type { Database } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { chainHash, CHAIN_START } from './audit.ts';
import type { AuditAnchor } from './anchor.ts';

export interface AuditFault {
  /** Number of the event at or before which something is wrong. */
  seq: number;
  what: string;
}

export interface AuditVerdict {
  events: number;
  /** First and last number; null of an empty trail. */
  first: number | null;
  last: number | null;
  /** Of the last event, hexadecimal: kept elsewhere, it proves the trail up to here. */
  head: string | null;
  faults: AuditFault[];
}

interface Purge {
  /** Last event removed, and its hash, hexadecimal. */
  upTo: number;
  hash: string;
}

/** Events read in one go. */
const PAGE = 1_000;
/** Beyond, more would say no more. */
const MAX_FAULTS = 20;

/**
 * Reads the whole trail once. `anchor`: an end of it that was kept outside the database; without one, rows cut off
 * the end cannot be noticed, and neither can a trail that was written anew from the start.
 */
export async function verifyAudit(database: Database, anchor: AuditAnchor | null): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { events: 0, first: null, last: null, head: null, faults: [] };
  const fault = (seq: number, what: string) => {
    if (verdict.faults.length < MAX_FAULTS) verdict.faults.push({ seq, what });
  };
  let previous: Uint8Array = CHAIN_START;
  /** Hash before the first event that is left, by a purge's own account: see `purge.ts`. */
  let purged: Purge | undefined;
  let firstPrevious: string | null = null;
  let anchored = anchor === null;
  for await (const event of events(database)) {
    const { seq, act, detail } = event;
    if (verdict.last === null) {
      verdict.first = seq;
      firstPrevious = hex(event.previous);
    } else if (seq !== verdict.last + 1) {
      fault(seq, `${seq - verdict.last - 1} event(s) before it are missing`);
    } else if (hex(event.previous) !== hex(previous)) {
      fault(seq, 'it does not follow from the event before it');
    }
    if (hex(chainHash(event, event.previous)) !== hex(event.hash)) fault(seq, 'it was changed');
    if (act === 'audit.purged') purged = (JSON.parse(detail) as { after: Purge }).after;
    if (anchor?.seq === seq) {
      anchored = true;
      if (hex(event.hash) !== anchor.hash) fault(seq, 'it is not the event that was written then');
    }
    previous = event.hash;
    verdict.events += 1;
    verdict.last = seq;
  }
  if (verdict.first !== null && firstPrevious !== hex(CHAIN_START)) {
    const accounted = purged?.upTo === verdict.first - 1 && purged.hash === firstPrevious;
    if (!accounted) fault(verdict.first, 'the events before it are missing, and no purge accounts for them');
  } else if (verdict.first !== null && verdict.first !== 1) {
    fault(verdict.first, 'the events before it are missing');
  }
  verdict.head = verdict.last === null ? null : hex(previous);
  if (anchor && (verdict.last ?? 0) < anchor.seq) {
    fault(verdict.last ?? 0, `the trail ends here, and event ${anchor.seq} was written before`);
  } else if (!anchored && anchor && anchor.seq >= (verdict.first ?? 0)) {
    fault(anchor.seq, 'it is missing');
  }
  return verdict;
}

async function* events(database: Database): AsyncGenerator<AuditEvent> {
  let after = 0;
  for (;;) {
    const page = await database
      .fork()
      .find(AuditEvent, { seq: { $gt: after } }, { orderBy: { seq: 'asc' }, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.seq;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
