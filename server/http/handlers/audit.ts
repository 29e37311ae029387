/** The audit trail, and how long data is kept. */
import { readAnchor } from '../../audit/anchor.ts';
import { audit } from '../../audit/audit.ts';
import { auditEvents, exportAudit } from '../../audit/audit-view.ts';
import { namesOf } from '../../audit/names-of.ts';
import { verifyAudit } from '../../audit/verify.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices, Site } from '../services.ts';

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' };

export function auditHandlers({
  database,
  dataDir,
  retention,
}: Pick<CoreServices, 'database' | 'retention'> & Pick<Site, 'dataDir'>): Handlers<'audit' | 'retention'> {
  return {
    'audit.list': async ({ query: { limit, after, ...wanted } }) => {
      const before = after === undefined ? undefined : Number(after);
      // One more than asked for tells whether there are more.
      const events = await auditEvents(database, { ...wanted, before }, limit + 1);
      const page = events.slice(0, limit);
      const next = events.length > limit ? String(page.at(-1)!.seq) : null;
      return { events: page, names: await namesOf(database, page), next };
    },

    'audit.export': async ({ query: { format, ...wanted } }) => {
      await database.transaction((em) => audit(em, { act: 'audit.exported', after: { format, ...wanted } }));
      return {
        type: TYPES[format],
        name: `muster-audit-${new Date().toISOString().slice(0, 10)}.${format}`,
        content: exportAudit(database, wanted, format),
      };
    },

    'audit.verify': async () => verifyAudit(database, await readAnchor(dataDir)),

    'retention.get': () => retention.view(),
  };
}
