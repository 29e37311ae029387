/** The audit trail. */
import { z } from 'zod';
import { calendarDate, instant, next, page } from './fields.ts';

const values = z.record(z.string(), z.unknown());

/** One act in the audit trail. */
const auditEventView = z
  .strictObject({
    seq: z.int(),
    at: instant,
    actorKind: z.enum(['account', 'device', 'token', 'invitation', 'server', 'nobody']),
    actorId: z.string().nullable(),
    actorName: z.string(),
    address: z.string().nullable().describe('Remote address.'),
    act: z.string().describe('`object.verb`, such as `device.revoked`.'),
    objectKind: z.string().nullable(),
    objectId: z.string().nullable(),
    detail: z.strictObject({ before: values, after: values }).partial(),
    hash: z.string().describe('SHA-256 that chains it, hexadecimal.'),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEventView = z.infer<typeof auditEventView>;

const auditNames = z
  .record(z.string(), z.strictObject({ name: z.string(), personId: z.uuid().optional() }))
  .describe('What the IDs in `events` stand for, where it still exists; `personId`: the person concerned.');
export type AuditNames = z.infer<typeof auditNames>;

/** Newest first. */
export const auditPageView = z
  .strictObject({ events: z.array(auditEventView), names: auditNames, next })
  .meta({ id: 'AuditPage' });
export type AuditPageView = z.infer<typeof auditPageView>;

const filter = {
  act: z
    .string()
    .max(64)
    .optional()
    .describe('Beginning of the act, such as `session.` or `session.failed`.'),
  actor: z.string().max(64).optional().describe('Id of the account, device or token that acted.'),
  object: z.string().max(64).optional().describe('Id of the thing that was acted on.'),
  from: calendarDate.optional().describe('First day, UTC.'),
  to: calendarDate.optional().describe('Last day, UTC.'),
};

export const auditQuery = z.strictObject({
  ...filter,
  ...page,
  after: page.after.refine((text) => text === undefined || /^[1-9]\d{0,14}$/.test(text), {
    error: 'is no cursor of this list',
  }),
});

export type AuditInput = z.input<typeof auditQuery>;

export const auditExportQuery = z.strictObject({
  ...filter,
  format: z.enum(['csv', 'jsonl']).default('csv'),
});

export const auditVerdictView = z
  .strictObject({
    events: z.int(),
    first: z.int().nullable(),
    last: z.int().nullable(),
    head: z.string().nullable(),
    faults: z
      .array(z.strictObject({ seq: z.int(), what: z.string() }))
      .describe('Empty: the trail is intact.'),
  })
  .meta({ id: 'AuditVerdict' });
export type AuditVerdictView = z.infer<typeof auditVerdictView>;
