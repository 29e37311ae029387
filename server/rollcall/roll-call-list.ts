/** The rows of a roll call: its list, and the ticks on it. */
import { randomUUID } from 'node:crypto';
import type { Em } from '../db/database.ts';
import { RollCallPerson } from '../db/entities/roll-call.ts';
import type { TickSays } from '../protocol/roll-call-ticks.ts';
import type { ListedView, TickInput } from '../protocol/roll-calls.ts';
import type { Presence } from './presence-board.ts';

/** `compareTicks` in SQL: the tick that counts comes first. */
export const LAST_TICK_FIRST = 'tick.at desc, tick.client desc, tick.sequence desc';

/** A column with an instant, as the pages get it. */
export const iso = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` as const;

/** The name of a person as `displayName` gives it. */
export const nameSql = `case when person.erased_at is null then person.display_name else 'Deleted person' end`;

interface ListRow {
  id: string;
  number: string | null;
  displayName: string;
  department: string;
  siteId: string | null;
  state: ListedView['state'];
  since: string | null;
  seenAt: string | null;
  door: string | null;
  added: boolean;
  says: TickSays | null;
  at: string;
  by: string;
  client: string;
  sequence: number;
}

/** The list in the order of names: the rows that have changed after a version. */
export async function listedPeople(em: Em, rollCallId: string, since: number): Promise<ListedView[]> {
  const rows = await em.execute<ListRow[]>(
    `select person.id, person.number, coalesce(person.department, '') department, listed.site_id "siteId", listed.state, listed.door,
        ${nameSql} "displayName",
        ${iso('listed.since')} since, ${iso('listed.seen_at')} "seenAt", listed.added,
        tick.says, ${iso('tick.at')} "at", account.name "by", tick.client, tick.sequence
      from roll_call_person listed
      join person on person.id = listed.person_id
      left join lateral (
        select * from roll_call_tick tick
        where tick.roll_call_id = listed.roll_call_id and tick.person_id = listed.person_id
        order by ${LAST_TICK_FIRST} limit 1
      ) tick on true
      left join account on account.id = tick.account_id
      where listed.roll_call_id = ? and listed.version > ?
      order by ${nameSql} collate by_name, person.number collate by_name, person.id`,
    [rollCallId, since],
  );
  return rows.map(listedView);
}

function listedView(row: ListRow): ListedView {
  const { id, number, displayName, department, siteId, state, since, seenAt, door, added } = row;
  const { says, at, by, client, sequence } = row;
  return {
    person: { id, number: number ?? '', displayName, department },
    siteId,
    state,
    since,
    seenAt,
    door,
    added,
    tick: says && { says, at, by, client, sequence },
  };
}

/**
 * Takes over who has come, has moved or has left since. Only people of the site come onto the list; nobody leaves it.
 * Returns how many rows changed. Call it with the roll call locked.
 */
export async function takeOver(
  em: Em,
  { id: rollCallId, siteId, version }: { id: string; siteId: string | null; version: number },
  people: ReadonlyMap<string, Presence>,
): Promise<number> {
  const rows = await em.find(RollCallPerson, { rollCallId });
  const known = new Map(rows.map((row) => [row.personId, row]));
  const come = new Map<string, Place>();
  let changed = 0;
  for (const presence of people.values()) {
    const { state, door } = presence;
    const now = { siteId: presence.siteId, state, door, ...timesOf(presence) };
    const row = known.get(presence.person.id);
    if (row) {
      if (isSame(row, now)) continue;
      Object.assign(row, now, { version });
      changed += 1;
    } else if (state !== 'left' && (siteId === null || siteId === presence.siteId)) {
      come.set(presence.person.id, now);
    }
  }
  // A record may have been merged into another one since the doors were asked.
  const living = await livingRecords(em, [...come.keys()]);
  for (const [personId, now] of come) {
    if (living.get(personId) !== personId) continue;
    em.create(RollCallPerson, { rollCallId, personId, version, added: version > 1, ...now });
    changed += 1;
  }
  await em.flush();
  return changed;
}

const timesOf = ({ since, seenAt }: Presence) => ({ since: new Date(since), seenAt: new Date(seenAt) });

type Place = Pick<RollCallPerson, 'siteId' | 'state' | 'door' | 'since' | 'seenAt'>;

function isSame(a: Place, b: Place): boolean {
  return (
    a.siteId === b.siteId &&
    a.state === b.state &&
    (a.door ?? null) === (b.door ?? null) &&
    a.since?.getTime() === b.since?.getTime() &&
    a.seenAt?.getTime() === b.seenAt?.getTime()
  );
}

/** Of these people, who have not been erased: the record that has their data, another one where theirs was merged into it. */
export async function livingRecords(
  em: Em,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await em.execute<{ given: string; id: string }[]>(
    `with recursive chain as (
       select id given, id, merged_into, erased_at from person where id = any(?::uuid[])
       union all select chain.given, p.id, p.merged_into, p.erased_at
         from person p join chain on p.id = chain.merged_into
     ) select given, id from chain where erased_at is null`,
    [`{${personIds.join(',')}}`],
  );
  return new Map(rows.map(({ given, id }) => [given, id]));
}

/**
 * Two records of one person become one entry, with the ticks of both. Returns whether either was on the list. Call it with the
 * roll call locked.
 */
export async function mergeEntries(
  em: Em,
  { rollCallId, version, stays, goes }: { rollCallId: string; version: number; stays: string; goes: string },
): Promise<boolean> {
  const listed = await em.find(RollCallPerson, { rollCallId, personId: { $in: [stays, goes] } });
  const [own, other] = [stays, goes].map((id) => listed.find(({ personId }) => personId === id));
  if (!other) return false;
  await em.execute('update roll_call_tick set person_id = ? where roll_call_id = ? and person_id = ?', [
    stays,
    rollCallId,
    goes,
  ]);
  if (own) {
    own.version = version;
    em.remove(other);
  } else {
    Object.assign(other, { personId: stays, version });
  }
  await em.flush();
  return true;
}

export interface NewTicks {
  rollCallId: string;
  /** Of the roll call, from now on. */
  version: number;
  accountId: string;
  client: string;
  ticks: readonly TickInput[];
  /** Epoch ms. */
  now: number;
}

/**
 * Adds ticks that were not delivered before, and returns their numbers. A person who is not on the list comes onto it: the
 * warden sees them. Call it with the roll call locked.
 */
export async function addTicks(em: Em, added: NewTicks): Promise<Set<number>> {
  const { rollCallId, version, accountId, client, ticks, now } = added;
  const rows = ticks.map(({ sequence, person, says, at }) => ({
    id: randomUUID(),
    person,
    says,
    // The clock of a browser may be wrong, but no tick may count more than all that are still to come.
    at: new Date(Math.min(Date.parse(at), now)).toISOString(),
    sequence,
  }));
  const taken = await em.execute<{ person: string; sequence: number }[]>(
    `insert into roll_call_tick
        (id, roll_call_id, person_id, says, at, account_id, client, sequence, received_at)
      select id, ?, person, says, at, ?, ?, sequence, ?
      from json_to_recordset(?) as given (id uuid, person uuid, says text, at timestamptz, sequence int)
      on conflict do nothing returning person_id person, sequence`,
    [rollCallId, accountId, client, new Date(now), JSON.stringify(rows)],
  );
  const people = [...new Set(taken.map(({ person }) => person))];
  await em.execute(
    `insert into roll_call_person (id, roll_call_id, person_id, version, added, state)
      select gen_random_uuid(), ?, person, ?, true, 'unknown' from unnest(?::uuid[]) person
      on conflict (roll_call_id, person_id) do update set version = excluded.version`,
    [rollCallId, version, `{${people.join(',')}}`],
  );
  return new Set(taken.map(({ sequence }) => sequence));
}
