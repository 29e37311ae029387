import type { Em } from '../db/database.ts';

/** The id of the record that has the data of a person: the same, unless it was merged into another, and that maybe into a third. */
export async function mergedInto(em: Em, id: string): Promise<string> {
  const [last] = await em.execute<{ id: string }[]>(
    `with recursive chain as (
       select id, merged_into from person where id = ?
       union all select p.id, p.merged_into from person p join chain c on p.id = c.merged_into
     ) select id from chain where merged_into is null`,
    [id],
  );
  return last?.id ?? id;
}
