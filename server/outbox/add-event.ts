/** Writes events for other programs inside the transaction of what they tell of: both are committed or neither is. */
import { randomUUID } from 'node:crypto';
import type { Em } from '../db/database.ts';
import { OutboxEvent } from '../db/entities/outbox.ts';

/** Ids only, never what they stand for: see `OutboxEvent`. */
export type NewEvent =
  | { type: 'punch.created' | 'punch.stated'; subject: { punch: string } }
  | { type: 'punch.corrected'; subject: { correction: string } }
  | { type: 'person.enrolled' | 'person.erased' | 'consent.withdrawn'; subject: { person: string } }
  | { type: 'person.merged'; subject: { person: string; from: string } }
  | { type: 'device.up' | 'device.down'; subject: { device: string } }
  | { type: 'liveness.doubtful'; subject: { person: string; punch?: string } };

const transactions = new WeakSet<Em>();

/** Takes no lock, so it may be called anywhere in the transaction. Never delays its commit. */
export async function addEvents(em: Em, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  transactions.add(em);
  await em.insertMany(
    OutboxEvent,
    events.map((event) => ({ ...event, key: randomUUID() })),
  );
}

/** Whether the transaction of this unit of work has written events. */
export function hasEvents(em: object): boolean {
  return transactions.has(em as Em);
}
