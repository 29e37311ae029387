/** Who must be enrolled again because the model pack has changed: templates of two packs are never compared. */
import type { Database } from '../db/database.ts';
import type { ModelContract } from '../protocol/analyzer.ts';

/** How many people have templates of another contract only, by that contract; nobody who has left. */
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
