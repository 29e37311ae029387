/** Which department a name means: whatever its capitals, and also where it is a former name. */
import type { Em } from '../db/database.ts';
import { MusterError } from '../protocol/error.ts';

/** The names as the list writes them, by the names given. A name of no department is left out. */
export async function departmentsNamed(em: Em, given: readonly string[]): Promise<Map<string, string>> {
  const rows = await em.execute<{ given: string; name: string }[]>(
    `select given, coalesce(d.name, f.department) name from jsonb_array_elements_text(?::jsonb) given
     left join department d on fold_name(d.name) = fold_name(given)
     left join former_department_name f on fold_name(f.name) = fold_name(given)
     where coalesce(d.name, f.department) is not null`,
    [JSON.stringify(given)],
  );
  return new Map(rows.map((row) => [row.given, row.name]));
}

/**
 * The name as the list writes it, of a department that stays until the end of the transaction; null for a blank one.
 * Throws MusterError `validation-failed` for a name of no department.
 */
export async function requireDepartment(em: Em, given: string | null): Promise<string | null> {
  if (given === null || given === '') return null;
  const name = (await departmentsNamed(em, [given])).get(given);
  const lock = em.isInTransaction() ? 'for key share' : '';
  const kept =
    name === undefined
      ? []
      : await em.execute<unknown[]>(`select 1 from department where name = ? ${lock}`, [name]);
  if (name !== undefined && kept.length > 0) return name;
  const message = 'is not in the list of departments';
  throw new MusterError('validation-failed', `department ${message}.`, {
    faults: [{ path: 'department', message }],
  });
}
