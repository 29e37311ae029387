import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { z } from 'zod';
import { calendarDate } from '../../time/calendar-date.ts';
import { readAnchor } from '../../audit/anchor.ts';
import { audit } from '../../audit/audit.ts';
import { auditEvents, exportAudit } from '../../audit/audit-view.ts';
import { verifyAudit } from '../../audit/verify.ts';
import type { Database } from '../../db/database.ts';
import type { AuditPageView, AuditVerdictView } from '../../protocol/api.ts';
import { validate } from '../validate.ts';

const day = calendarDate.optional();
const filter = {
  act: z.string().max(64).optional(),
  actor: z.string().max(64).optional(),
  object: z.string().max(64).optional(),
  from: day,
  to: day,
};
const pageQuery = z.object({
  ...filter,
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const exportQuery = z.object({ ...filter, format: z.enum(['csv', 'jsonl']).default('csv') });

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' };

export interface AuditRouterOptions {
  database: Database;
  /** Where the trail's end is kept. */
  dataDir: string;
}

export function auditRouter({ database, dataDir }: AuditRouterOptions): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const { limit, ...wanted } = validate(pageQuery, req.query);
    // One more than asked for tells whether there are more.
    const events = await auditEvents(database, wanted, limit + 1);
    res.json({ events: events.slice(0, limit), more: events.length > limit } satisfies AuditPageView);
  });

  router.get('/export', async (req, res) => {
    const { format, ...wanted } = validate(exportQuery, req.query);
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
