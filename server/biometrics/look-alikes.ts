/** Who looks like whom, as found when a face is enrolled. Kept in both directions, as long as both have templates. */
import type { Em } from '../db/database.ts';
import { LookAlike } from '../db/entities/look-alike.ts';
import type { Match } from '../protocol/analyzer.ts';

/** People whose look-alikes have changed. */
export interface LookAlikeChange {
  added: Match[];
  removed: string[];
}

/**
 * Locks the records of a person and of those who look alike, always in the same order: two of them may be enrolled at the same
 * moment, and each transaction writes about both. Call it before anything else in the transaction.
 */
export async function lockAlike(em: Em, personId: string, found: readonly Match[]): Promise<void> {
  const ids = [personId, ...found.map((match) => match.personId)];
  await em.execute('select id from person where id = any(?::uuid[]) order by id for update', [
    `{${ids.join(',')}}`,
  ]);
}

/**
 * Replaces the look-alikes of a person by those that a new enrollment was found to look like. Call it inside the transaction
 * that replaces the templates. People without templates are left out: they may have been deleted during the search.
 */
export async function replaceLookAlikes(
  em: Em,
  personId: string,
  found: readonly Match[],
  { accountId, at }: { accountId: string | null; at: Date },
): Promise<LookAlikeChange> {
  const before = await em.find(LookAlike, { personId });
  const now = await enrolledOf(em, personId, found);
  await endLookAlikes(em, personId);
  const known = new Map(before.map((row) => [row.otherId, row]));
  await insertPairs(em, personId, now, (otherId) => {
    const { recordedAt = at, recordedBy = accountId } = known.get(otherId) ?? {};
    return { recordedAt, recordedBy };
  });
  return {
    added: now.filter((match) => !known.has(match.personId)),
    removed: before.map(({ otherId }) => otherId).filter((id) => !now.some((one) => one.personId === id)),
  };
}

/** Adds those that are not recorded yet, found by the server itself. Returns them. */
export async function addLookAlikes(
  em: Em,
  personId: string,
  found: readonly Match[],
  at: Date,
): Promise<Match[]> {
  const known = new Set((await em.find(LookAlike, { personId })).map(({ otherId }) => otherId));
  const added = (await enrolledOf(em, personId, found)).filter((match) => !known.has(match.personId));
  await insertPairs(em, personId, added, () => ({ recordedAt: at, recordedBy: null }));
  return added;
}

async function enrolledOf(em: Em, personId: string, found: readonly Match[]): Promise<Match[]> {
  const ids = `{${found.map((match) => match.personId).join(',')}}`;
  const enrolled = await em.execute<{ id: string }[]>(
    `select p.id from person p where p.id = any(?::uuid[]) and p.id <> ? and p.erased_at is null
       and exists (select from template t where t.person_id = p.id)`,
    [ids, personId],
  );
  return found.filter((match) => enrolled.some(({ id }) => id === match.personId));
}

async function insertPairs(
  em: Em,
  personId: string,
  found: readonly Match[],
  by: (otherId: string) => Pick<LookAlike, 'recordedAt' | 'recordedBy'>,
): Promise<void> {
  const rows = found.flatMap(({ personId: otherId, similarity }) => {
    const common = { similarity, ...by(otherId) };
    return [
      { personId, otherId, ...common },
      { personId: otherId, otherId: personId, ...common },
    ];
  });
  if (rows.length > 0) await em.insertMany(LookAlike, rows);
}

/** People whose likely duplicate was accepted, without a record of who it was: an earlier version kept none. */
export async function withUnknownLookAlikes(em: Em): Promise<string[]> {
  const people = await em.execute<{ id: string }[]>(
    `select p.id from person p join lateral (
       select override_reason from enrollment where person_id = p.id order by enrolled_at desc limit 1
     ) e on e.override_reason is not null
     where p.status = 'active' and p.erased_at is null
       and not exists (select from look_alike l where l.person_id = p.id)
     order by p.id`,
  );
  return people.map(({ id }) => id);
}

/** Of a person whose templates are deleted. In one order, because the other's may be deleted at the same moment. */
export async function endLookAlikes(em: Em, personId: string): Promise<void> {
  await em.execute(
    `with ended as (
       select person_id, other_id from look_alike where person_id = ? or other_id = ?
       order by person_id, other_id for update
     )
     delete from look_alike l using ended e where l.person_id = e.person_id and l.other_id = e.other_id`,
    [personId, personId],
  );
}

/** The ids of the look-alikes of these people; people without any are left out. */
export async function lookAlikesOf(em: Em, personIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await em.execute<{ personId: string; others: string[] }[]>(
    `select person_id "personId", array_agg(other_id::text order by other_id) others
     from look_alike where person_id = any(?::uuid[]) group by person_id`,
    [`{${personIds.join(',')}}`],
  );
  return new Map(rows.map(({ personId, others }) => [personId, others]));
}
