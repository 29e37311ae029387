/** Counts the people who must be enrolled again: templates of two model packs are never compared, and a template may not open any more. */
import type { Database } from '../db/database.ts';
import type { ModelContract } from '../protocol/analyzer.ts';

/** How many people only have templates of another contract, by that contract. People who have left do not count. */
export async function peopleOfOtherContracts(
  database: Database,
  contract: ModelContract,
): Promise<Map<ModelContract, number>> {
  const rows = await database.fork().execute<{ contract: ModelContract; people: number }[]>(
    `select t.contract, count(distinct t.person_id)::int people
     from template t join person p on p.id = t.person_id
     where t.contract <> ? and p.erased_at is null and p.status <> 'left'
       and not exists (select from template own where own.person_id = t.person_id and own.contract = ?)
     group by t.contract`,
    [contract, contract],
  );
  return new Map(rows.map((row) => [row.contract, row.people]));
}

/** How many people must be enrolled again, for whatever reason. People who have left do not count. */
export async function countToReenroll(database: Database, contract: ModelContract): Promise<number> {
  const [row] = await database.fork().execute<[{ people: number }]>(
    `select count(distinct t.person_id)::int people from template t join person p on p.id = t.person_id
     where p.erased_at is null and p.status <> 'left' and (
       t.contract = ? and t.unreadable_at is not null
       or t.contract <> ? and not exists (
         select from template own where own.person_id = t.person_id and own.contract = ?))`,
    [contract, contract, contract],
  );
  return row.people;
}
