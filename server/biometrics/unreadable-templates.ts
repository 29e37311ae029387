/** Templates that do not open: reported once, and remembered until the person is enrolled again. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';

export interface Unreadable {
  personId: string;
  templateId: string;
  why: string;
}

/** Templates of all active people, or of one, whose key is no longer in the database and which are not marked yet. */
export async function templatesWithoutKey(
  database: Database,
  personId: string | null,
): Promise<Unreadable[]> {
  const rows = await database.fork().execute<{ personId: string; templateId: string }[]>(
    `select t.person_id "personId", t.id "templateId" from template t join person p on p.id = t.person_id
     where t.unreadable_at is null and p.status = 'active' and coalesce(t.person_id = ?::uuid, true)
     and not exists (select 1 from person_key k where k.person_id = t.person_id)`,
    [personId],
  );
  return rows.map(({ personId: owner, templateId }) => ({
    personId: owner,
    templateId,
    why: 'its key is gone',
  }));
}

/** Marks, logs and audits the templates that are not marked yet, with one audit event per person. */
export async function reportUnreadable(
  database: Database,
  found: readonly Unreadable[],
  log: Logger,
): Promise<void> {
  if (found.length === 0) return;
  const fresh = await database.transaction(async (em) => {
    const marked = await em.execute<{ id: string }[]>(
      `update template set unreadable_at = now()
       where id = any(?::uuid[]) and unreadable_at is null returning id`,
      [`{${found.map(({ templateId }) => templateId).join(',')}}`],
    );
    const ids = new Set(marked.map(({ id }) => id));
    const rows = found.filter(({ templateId }) => ids.has(templateId));
    for (const [personId, own] of Map.groupBy(rows, (row) => row.personId)) {
      await audit(em, {
        act: 'template.unreadable',
        object: { kind: 'person', id: personId },
        after: { templates: own.length, why: [...new Set(own.map(({ why }) => why))] },
      });
    }
    return rows;
  });
  for (const row of fresh)
    log.error({ event: 'template.unreadable', ...row }, 'a template does not open and is left out');
}
