/** Assigns one rota to many people. */
import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../audit/audit.ts';
import { difference } from '../audit/difference.ts';
import type { Em } from '../db/database.ts';
import { RotaRow, ScheduleAssignment } from '../db/entities/schedule.ts';
import type { RotaAct } from '../protocol/people-acts.ts';
import { fault } from '../records/record-set.ts';

/**
 * An assignment of a person that begins on the same date is replaced; all others stay.
 *
 * @param people whose rows are locked
 * @returns what is to be written into the audit trail, one event for each person who is assigned anew
 */
export async function assignRota(
  em: Em,
  { rotaId, from, until }: Omit<RotaAct, 'people'>,
  people: readonly { id: string }[],
): Promise<{ events: AuditEntry[]; unchanged: number }> {
  if ((await em.count(RotaRow, { id: rotaId })) === 0) throw fault('rotaId', 'is not the id of any rota');
  const ids = people.map(({ id }) => id);
  const existing = await em.find(ScheduleAssignment, { personId: { $in: ids }, fromDate: from });
  const byPerson = new Map(existing.map((row) => [row.personId, row]));
  const after = { rotaId, department: null, from, until };
  const events: AuditEntry[] = [];
  const added: object[] = [];
  const changed: string[] = [];
  for (const personId of ids) {
    const row = byPerson.get(personId);
    const object = { kind: 'person' as const, id: personId };
    if (!row) {
      added.push({
        id: randomUUID(),
        rotaId,
        personId,
        fromDate: from,
        untilDate: until,
        createdAt: new Date(),
      });
      events.push({ act: 'assignment.created', object, after });
    } else if (row.rotaId !== rotaId || (row.untilDate ?? null) !== until) {
      const before = { ...after, rotaId: row.rotaId, until: row.untilDate ?? null };
      changed.push(row.id);
      events.push({ act: 'assignment.changed', object, ...difference(before, after) });
    }
  }
  for (let i = 0; i < added.length; i += BATCH) {
    await em.insertMany(ScheduleAssignment, added.slice(i, i + BATCH) as never);
  }
  await em.nativeUpdate(ScheduleAssignment, { id: { $in: changed } }, { rotaId, untilDate: until });
  return { events, unchanged: ids.length - events.length };
}

/** Rows that are inserted by one statement. */
const BATCH = 500;
