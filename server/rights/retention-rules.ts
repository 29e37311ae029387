/** How retention removes each kind of data: one rule each. */
import { purgeAudit } from '../audit/purge.ts';
import type { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import type { Em } from '../db/database.ts';
import { WaitingCapture } from '../db/entities/enrollment-invitation.ts';
import { Decision } from '../db/entities/decision.ts';
import { Badge, Pin } from '../db/entities/pass.ts';
import type { RetentionLine } from '../protocol/retention.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';

export interface RetentionRule {
  what: RetentionLine['what'];
  /** Counts the rows that are older than `before`. */
  count(em: Em, before: Date): Promise<number>;
  /** Removes them inside the transaction of the caller, and returns how many there were. */
  remove(em: Em, before: Date): Promise<number>;
}

export type KeepDays = Readonly<Record<RetentionLine['what'], number | null>>;

/** People who left before this time and still have templates, a key, a PIN or a badge. */
const LEAVERS = `from person p where p.status = 'left' and p.erased_at is null and p.left_at < ?
  and (exists (select 1 from person_key where person_id = p.id)
    or exists (select 1 from template where person_id = p.id)
    or exists (select 1 from pin where person_id = p.id)
    or exists (select 1 from badge where person_id = p.id))`;

/** In this order: the audit trail comes last, because all other audited acts wait for its lock. */
export function retentionRules(
  templates: Pick<TemplateStore, 'destroy'>,
  waiting: Pick<WaitingCaptures, 'destroy'>,
): RetentionRule[] {
  return [leavers(templates), captures(waiting), snapshots, decisions, punches, auditTrail];
}

/** Counted in people. People who have left are in no gallery, so no analyzer has to be informed. */
function leavers(templates: Pick<TemplateStore, 'destroy'>): RetentionRule {
  return {
    what: 'templates',
    count: (em, before) => countOf(em, `select count(*)::int n ${LEAVERS}`, before),
    remove: async (em, before) => {
      const people = await em.execute<{ id: string }[]>(`select p.id ${LEAVERS} order by p.id for update`, [
        before,
      ]);
      for (const { id: personId } of people) {
        await templates.destroy(em, personId);
        await em.nativeDelete(Pin, { personId });
        await em.nativeDelete(Badge, { personId });
      }
      return people.length;
    },
  };
}

/** Faces that people captured by invitation, and that nobody has decided on. Links whose time is over end with them. */
function captures(waiting: Pick<WaitingCaptures, 'destroy'>): RetentionRule {
  return {
    what: 'captures',
    count: (em, before) => em.count(WaitingCapture, { capturedAt: { $lt: before } }),
    remove: async (em, before) => {
      const old = await em.find(WaitingCapture, { capturedAt: { $lt: before } });
      for (const capture of old) await waiting.destroy(em, capture);
      const ids = old.map(({ invitationId }) => invitationId);
      await em.execute(
        `update enrollment_invitation set outcome = 'expired', ended_at = now()
         where id = any(?::uuid[]) and outcome is null`,
        [`{${ids.join(',')}}`],
      );
      await em.execute(
        `update enrollment_invitation set outcome = 'expired', ended_at = expires_at, token_hash = null,
           session_hash = null, session_until = null
         where outcome is null and captured_at is null and expires_at <= now()`,
      );
      return old.length;
    },
  };
}

/** Their age counts from the time when the picture was taken. */
const snapshots: RetentionRule = {
  what: 'snapshots',
  count: (em, before) => countOf(em, 'select count(*)::int n from evidence where taken_at < ?', before),
  remove: (em, before) =>
    countOf(
      em,
      'with gone as (delete from evidence where taken_at < ? returning 1) select count(*)::int n from gone',
      before,
    ),
};

/** Why faces were recognized or not. */
const decisions: RetentionRule = {
  what: 'decisions',
  count: (em, before) => em.count(Decision, { at: { $lt: before } }),
  remove: (em, before) => em.nativeDelete(Decision, { at: { $lt: before } }),
};

/** `month_closing` comes last, because rows of the others refer to it. */
const CLOSED = ['closed_adjustment', 'closed_day', 'closed_person', 'month_reopening', 'month_closing'];

/**
 * Their age counts from the instant of the punch. Corrections, roll calls, closed months, absences and balances of that time are removed
 * with them. Migrations 0009, 0014 and 0016 describe the exception in the triggers that allows it.
 */
const punches: RetentionRule = {
  what: 'punches',
  count: (em, before) => countOf(em, 'select count(*)::int n from punch where at < ?::date', dateOf(before)),
  remove: async (em, before) => {
    const date = dateOf(before);
    await em.execute(`select set_config('muster.delete_punches_before', ?, true)`, [date]);
    for (const table of ['punch_void', 'punch_statement']) {
      await em.execute(
        `delete from ${table} using punch where punch.id = ${table}.punch_id and punch.at < ?::date`,
        [date],
      );
    }
    const [{ n }] = await em.execute<[{ n: number }]>(
      'with gone as (delete from punch where at < ?::date returning 1) select count(*)::int n from gone',
      [date],
    );
    await em.execute(
      `delete from correction where created_at < ?::date and state <> 'waiting'
        and not exists (select 1 from punch_void where punch_void.correction_id = correction.id)`,
      [date],
    );
    await em.execute(`delete from roll_call where started_at < ?::date`, [date]);
    await em.execute(`delete from refused_punch where at < ?::date`, [date]);
    for (const table of CLOSED) await em.execute(`delete from ${table} where month < ?`, [date.slice(0, 7)]);
    // Without the punches there is nothing to compare these with. A `start` stays, because the balance continues from it.
    await em.execute(`delete from absence where to_date < ?::date`, [date]);
    await em.execute(`delete from absence_request where to_date < ?::date and state <> 'waiting'`, [date]);
    await em.execute(`delete from schedule_exception where date < ?::date`, [date]);
    await em.execute(`delete from balance_entry where date < ?::date and kind <> 'start'`, [date]);
    await em.execute(`delete from vacation_allowance where make_date(year, 12, 31) < ?::date`, [date]);
    await em.execute(`select set_config('muster.delete_punches_before', '', true)`);
    return n;
  },
};

const auditTrail: RetentionRule = {
  what: 'audit',
  count: (em, before) => purgeAudit(em, before, { dryRun: true }),
  remove: (em, before) => purgeAudit(em, before),
};

function dateOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

async function countOf(em: Em, sql: string, parameter: unknown): Promise<number> {
  const [{ n }] = await em.execute<[{ n: number }]>(sql, [parameter]);
  return n;
}
