import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import {
  auditExportQuery,
  auditQuery,
  type AuditPageView,
  type AuditVerdictView,
} from '../../protocol/audit.ts';
import { readAnchor } from '../../audit/anchor.ts';
import { audit } from '../../audit/audit.ts';
import { auditEvents, exportAudit } from '../../audit/audit-view.ts';
import { verifyAudit } from '../../audit/verify.ts';
import type { Database } from '../../db/database.ts';
import { validate } from '../validate.ts';

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' };

export interface AuditRouterOptions {
  database: Database;
  /** Where the trail's end is kept. */
  dataDir: string;
}

export function auditRouter({ database, dataDir }: AuditRouterOptions): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const { limit, after, ...wanted } = validate(auditQuery, req.query);
    // One more than asked for tells whether there are more.
    const events = await auditEvents(
      database,
      { ...wanted, before: after === undefined ? undefined : Number(after) },
      limit + 1,
    );
    res.json({
      events: events.slice(0, limit),
      next: events.length > limit ? String(events[limit - 1]!.seq) : null,
    } satisfies AuditPageView);
  });

  router.get('/export', async (req, res) => {
    const { format, ...wanted } = validate(auditExportQuery, req.query);
    await database.transaction((em) => audit(em, { act: 'audit.exported', after: { format, ...wanted } }));
    res.setHeader('Content-Type', TYPES[format]);
    const name = `muster-audit-${new Date().toISOString().slice(0, 10)}.${format}`;
    res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    await pipeline(Readable.from(exportAudit(database, wanted, format)), res);
  });

  router.post('/verify', async (_req, res) => {
    res.json((await verifyAudit(database, await readAnchor(dataDir))) satisfies AuditVerdictView);
  });

  return router;
}
