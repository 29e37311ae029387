/** Roll calls and their ticks as pages of a list. */
import type { Em } from '../db/database.ts';
import { isWithin } from '../people/departments.ts';
import { isId, type PageQuery } from '../protocol/fields.ts';
import { MusterError } from '../protocol/error.ts';
import type { RollCallsView, RollCallTicksView } from '../protocol/roll-calls.ts';
import { iso, LAST_TICK_FIRST, nameSql } from './roll-call-list.ts';

interface RollCallRow {
  id: string;
  siteId: string | null;
  site: string | null;
  startedAt: string;
  startedBy: string;
  endedAt: string | null;
  endedBy: string | null;
  expected: number;
  safe: number;
  missing: number;
}

/** Newest first. Throws MusterError `validation-failed` for a cursor that names none. */
export async function rollCallPage(em: Em, { limit, after }: PageQuery): Promise<RollCallsView> {
  const rows = await em.execute<RollCallRow[]>(
    `select roll_call.id, roll_call.site_id "siteId", site.name site,
        ${iso('roll_call.started_at')} "startedAt", starter.name "startedBy",
        ${iso('roll_call.ended_at')} "endedAt", ender.name "endedBy", counted.*
      from roll_call
      left join site on site.id = roll_call.site_id
      join account starter on starter.id = roll_call.started_by
      left join account ender on ender.id = roll_call.ended_by
      cross join lateral (
        select count(*)::int expected, (count(*) filter (where tick.says = 'safe'))::int safe,
          (count(*) filter (where tick.says = 'missing'))::int missing
        from roll_call_person listed
        left join lateral (
          select says from roll_call_tick tick
          where tick.roll_call_id = listed.roll_call_id and tick.person_id = listed.person_id
          order by ${LAST_TICK_FIRST} limit 1
        ) tick on true
        where listed.roll_call_id = roll_call.id
      ) counted
      where ?::uuid is null or (roll_call.started_at, roll_call.id) <
        (select started_at, id from roll_call where id = ?)
      order by roll_call.started_at desc, roll_call.id desc limit ?`,
    [cursorOf(after), cursorOf(after), limit + 1],
  );
  const page = rows.slice(0, limit);
  return {
    rollCalls: page.map(({ startedAt, startedBy, endedAt, endedBy, ...rest }) => ({
      ...rest,
      started: { name: startedBy, at: startedAt },
      ended: endedAt === null ? null : { name: endedBy ?? '', at: endedAt },
    })),
    next: rows.length > limit ? page.at(-1)!.id : null,
  };
}

type TickRow = Omit<RollCallTicksView['ticks'][number], 'person'> & {
  id: string;
  personId: string;
  number: string | null;
  displayName: string;
  department: string;
};

export interface TickPageQuery extends PageQuery {
  rollCallId: string;
  departments: readonly string[] | undefined;
}

/** Oldest first. */
export async function tickPage(em: Em, query: TickPageQuery): Promise<RollCallTicksView> {
  const { rollCallId, limit, after, departments } = query;
  const rows = await em.execute<TickRow[]>(
    `select tick.id, tick.says, ${iso('tick.at')} "at", account.name "by", tick.client, tick.sequence,
        person.id "personId", person.number, coalesce(person.department, '') department, ${nameSql} "displayName"
      from roll_call_tick tick
      join person on person.id = tick.person_id
      join account on account.id = tick.account_id
      where tick.roll_call_id = ? and (?::uuid is null or (tick.at, tick.client, tick.sequence) >
        (select at, client, sequence from roll_call_tick where id = ?))
      order by tick.at, tick.client, tick.sequence limit ?`,
    [rollCallId, cursorOf(after), cursorOf(after), limit + 1],
  );
  const page = rows.slice(0, limit);
  return {
    ticks: page
      .filter((row) => isWithin(row, departments))
      .map(({ personId, number, displayName, department, says, at, by, client, sequence }) => ({
        says,
        at,
        by,
        client,
        sequence,
        person: { id: personId, number: number ?? '', displayName, department },
      })),
    next: rows.length > limit ? page.at(-1)!.id : null,
  };
}

function cursorOf(after: string | undefined): string | null {
  if (after === undefined || isId(after)) return after ?? null;
  const message = 'is no cursor of this list';
  throw new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}
