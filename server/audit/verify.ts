/** Verifies the integrity of the audit trail: no event is missing or was changed, and its end is where it was last saved. */
import type { Database } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { chainHash, CHAIN_START } from './audit.ts';
import type { AuditAnchor } from './anchor.ts';

interface AuditFault {
  /** Number of the event that is wrong, or before which something is wrong. */
  seq: number;
  what: string;
}

export interface AuditVerdict {
  /** Number of events in the trail. */
  events: number;
  /** Number of the first event; null for an empty trail. */
  first: number | null;
  /** Number of the last event; null for an empty trail. */
  last: number | null;
  /** Hash of the last event, hexadecimal. Kept in another place, it proves the trail up to here. */
  head: string | null;
  faults: AuditFault[];
}

interface Purge {
  /** Number of the last removed event. */
  upTo: number;
  /** Its hash, hexadecimal. */
  hash: string;
}

/** How many events are read at a time. */
const PAGE = 1_000;
/** The most faults reported; more would add no information. */
const MAX_FAULTS = 20;

/**
 * Reads the whole trail once.
 *
 * @param anchor an end of the trail that was saved outside the database. Without it, removed events at the end go
 *   unnoticed, and so does a trail that was replaced completely.
 */
export async function verifyAudit(database: Database, anchor: AuditAnchor | null): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { events: 0, first: null, last: null, head: null, faults: [] };
  const fault = (seq: number, what: string) => {
    if (verdict.faults.length < MAX_FAULTS) verdict.faults.push({ seq, what });
  };
  let previous: Uint8Array = CHAIN_START;
  /** The last removal that the trail itself records: see `purge.ts`. */
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
      fault(seq, 'it does not follow from the previous event');
    }
    if (hex(chainHash(event, event.previous)) !== hex(event.hash)) fault(seq, 'it was changed');
    if (act === 'audit.purged') purged = (JSON.parse(detail) as { after: Purge }).after;
    if (anchor?.seq === seq) {
      anchored = true;
      if (hex(event.hash) !== anchor.hash) fault(seq, 'it is not the event that was saved at that time');
    }
    previous = event.hash;
    verdict.events += 1;
    verdict.last = seq;
  }
  if (verdict.first !== null && firstPrevious !== hex(CHAIN_START)) {
    const accounted = purged?.upTo === verdict.first - 1 && purged.hash === firstPrevious;
    if (!accounted) fault(verdict.first, 'the events before it are missing, and no purge explains that');
  } else if (verdict.first !== null && verdict.first !== 1) {
    fault(verdict.first, 'the events before it are missing');
  }
  verdict.head = verdict.last === null ? null : hex(previous);
  if (anchor && (verdict.last ?? 0) < anchor.seq) {
    fault(verdict.last ?? 0, `the trail ends here, but event ${anchor.seq} had been written`);
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
