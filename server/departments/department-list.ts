// cspell:ignore recordset
/** Writing the list of departments inside the transaction of a caller. */
import { randomUUID } from 'node:crypto';
import { lockByName } from '../db/advisory-lock.ts';
import type { Em } from '../db/database.ts';

/** What the audit trail says of a department that was added. */
export interface DepartmentCreation {
  act: 'department.created';
  object: { kind: 'department'; id: string };
  after: { name: string };
}

/** Held by whoever changes the list, so that a name is that of one department only, now or formerly. */
export async function lockDepartments(em: Em): Promise<void> {
  await lockByName(em, 'muster/departments');
}

/** With the lock held, and names that no department has. @returns what is to be written into the audit trail */
export async function addDepartments(em: Em, names: readonly string[]): Promise<DepartmentCreation[]> {
  const rows = names.map((name) => ({ name, id: randomUUID() }));
  await em.execute(
    `insert into department (name, id, created_at)
     select name, id, now() from jsonb_to_recordset(?::jsonb) as r (name text, id uuid)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ name, id }) => ({
    act: 'department.created',
    object: { kind: 'department', id },
    after: { name },
  }));
}
