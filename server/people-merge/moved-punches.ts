/**
 * A punch is a fact and is never changed: those of the record that goes are voided, and written once more for the record that
 * stays, as a correction moves a punch. Closed months keep what they say, and what comes to them counts as an adjustment.
 */
import { randomUUID } from 'node:crypto';
import type { Em } from '../db/database.ts';
import { Correction, PunchVoid } from '../db/entities/correction.ts';
import { Punch } from '../db/entities/punch.ts';
import type { PunchKind } from '../protocol/attendance.ts';

/** A punch that counts. */
export interface MovedPunch {
  id: string;
  at: Date;
  /** By the door, the person or a correction. */
  says: PunchKind | null;
  siteId: string | null;
  timeZone: string;
  deviceId: string | null;
  /** With one record, the door would not have booked it: the other one has a punch within the minimum gap. */
  repeated: boolean;
}

interface Ids {
  stays: string;
  goes: string;
}

/** Dates that a preview names at most. */
const DATES = 100;
const ROWS_AT_ONCE = 500;

export async function punchesToMove(em: Em, { stays, goes }: Ids): Promise<MovedPunch[]> {
  const rows = await em.execute<MovedPunch[]>(
    `select p.id, p.at, coalesce(s.says, p.says) says, p.site_id "siteId", p.time_zone "timeZone",
       p.device_id "deviceId",
       exists (
         select from punch q where q.person_id = ? and q.says is not distinct from p.says
           and q.at > p.at - gap.of and q.at < p.at + gap.of
           and not exists (select from punch_void v where v.punch_id = q.id)
       ) repeated
     from punch p
       left join punch_statement s on s.punch_id = p.id
       left join device d on d.id = p.device_id
       cross join lateral (
         select greatest(coalesce((d.settings ->> 'minGap')::int, 0), 1) * interval '1 ms' as of
       ) gap
     where p.person_id = ? and not exists (select from punch_void v where v.punch_id = p.id)
     order by p.at, p.id`,
    [stays, goes],
  );
  for (const row of rows) row.at = new Date(row.at);
  return rows;
}

/** Dates on which both have a punch, by the clocks of the doors. */
export async function commonDates(em: Em, { stays, goes }: Ids): Promise<string[]> {
  const dates = `select to_char(at at time zone time_zone, 'YYYY-MM-DD') date from punch
    where person_id = ? and not exists (select from punch_void v where v.punch_id = punch.id)`;
  const rows = await em.execute<{ date: string }[]>(`${dates} intersect ${dates} order by date limit ?`, [
    stays,
    goes,
    DATES,
  ]);
  return rows.map(({ date }) => date);
}

/**
 * Inside a transaction that holds the locks of both people. Returns the new punches by the old ones; none for one that is
 * repeated.
 */
export async function movePunches(
  em: Em,
  { stays, goes }: Ids,
  punches: readonly MovedPunch[],
  { reason, accountId, at }: { reason: string; accountId: string; at: Date },
): Promise<ReadonlyMap<string, string>> {
  const moved = new Map<string, string>();
  if (punches.length === 0) return moved;
  const correction = em.create(Correction, {
    kind: 'merge',
    state: 'applied',
    personId: stays,
    punchIds: [],
    reason,
    authorId: accountId,
    createdAt: at,
    decidedAt: at,
  });
  await em.flush();
  const { id: correctionId } = correction;
  const voids = punches.map(({ id }) => ({ punchId: id, personId: goes, correctionId, at }));
  const added = punches
    .filter(({ repeated }) => !repeated)
    .map(({ id, at: when, says, siteId, timeZone, deviceId }) => {
      const of = randomUUID();
      moved.set(id, of);
      const author = { source: 'correction' as const, authorId: accountId, reason, correctionId };
      return Object.assign(author, {
        id: of,
        personId: stays,
        at: when,
        says,
        siteId,
        timeZone,
        deviceId,
        createdAt: at,
      });
    });
  for (let i = 0; i < voids.length; i += ROWS_AT_ONCE) {
    await em.insertMany(PunchVoid, voids.slice(i, i + ROWS_AT_ONCE));
  }
  for (let i = 0; i < added.length; i += ROWS_AT_ONCE) {
    await em.insertMany(Punch, added.slice(i, i + ROWS_AT_ONCE));
  }
  return moved;
}
