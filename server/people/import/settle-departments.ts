/** The departments of the rows of a file, as the list writes them. */
import type { Em } from '../../db/database.ts';
import { departmentsNamed } from '../../departments/department-names.ts';
import type { ImportQuery } from '../../protocol/people-files.ts';
import type { ReadRow } from './read-rows.ts';

/**
 * Writes each department into its rows as the list writes it. One that the list does not have is a problem of its rows,
 * unless it is to be added.
 *
 * @returns the departments that the list does not have, each as it is first written in the file
 */
export async function settleDepartments(
  em: Em,
  rows: readonly ReadRow[],
  unknown: ImportQuery['unknownDepartments'],
): Promise<string[]> {
  const typed = [...new Set(rows.flatMap(({ fields }) => fields.department || []))];
  const known = await departmentsNamed(em, typed);
  const strangers = await firstSpellings(
    em,
    typed.filter((name) => !known.has(name)),
  );
  for (const { fields, problems } of rows) {
    const { department } = fields;
    if (!department) continue;
    const listed = known.get(department) ?? (unknown === 'add' ? strangers.get(department) : undefined);
    if (listed !== undefined) fields.department = listed;
    else {
      delete fields.department;
      problems.push({
        field: 'department',
        value: department,
        message: 'is not in the list of departments',
      });
    }
  }
  return [...new Set(strangers.values())];
}

/** By each spelling, that of the first of those that mean the same department. */
async function firstSpellings(em: Em, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await em.execute<{ name: string; folded: string }[]>(
    `select name, fold_name(name) folded
     from jsonb_array_elements_text(?::jsonb) with ordinality as r (name, place) order by place`,
    [JSON.stringify(names)],
  );
  const first = new Map<string, string>();
  for (const { name, folded } of rows) if (!first.has(folded)) first.set(folded, name);
  return new Map(rows.map(({ name, folded }) => [name, first.get(folded)!]));
}
