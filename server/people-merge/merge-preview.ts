/** What two records of one person have, what would collide, and what stands in the way. */
import { closedMonthsOf } from '../attendance/closed-months.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import type { Em } from '../db/database.ts';
import { AbsenceRow } from '../db/entities/absence.ts';
import type { Person } from '../db/entities/person.ts';
import { recordVersion } from '../db/record-version.ts';
import { type ContractsInUse, personVersion, viewPeople } from '../people/person-view.ts';
import type { MergeObstacle, MergePreviewView, MergeRecord } from '../protocol/people-merge.ts';
import { overlap } from '../schedules/absence-overlap.ts';
import { dateAt } from '../time/zoned.ts';
import { monthOf } from '../worktime/closing.ts';
import { commonDates, type MovedPunch, punchesToMove } from './moved-punches.ts';

export interface Merge {
  stays: Person;
  goes: Person;
}

/** The preview, and the rows that it is made of. */
export interface MergePlan {
  view: MergePreviewView;
  punches: MovedPunch[];
  /** Ids of absences that are dropped. */
  dropped: string[];
}

interface Inputs extends ContractsInUse {
  texts: ConsentTextStore;
}

export async function mergePlan(em: Em, { stays, goes }: Merge, inputs: Inputs): Promise<MergePlan> {
  const ids = { stays: stays.id, goes: goes.id };
  const [staysView, goesView] = await viewPeople(em, [stays, goes], inputs, inputs.texts);
  const facts = await factsOf(em, [stays.id, goes.id]);
  const punches = await punchesToMove(em, ids);
  const absences = await droppedAbsences(em, ids);
  const closed = (await closedMonthsOf(em, [stays.id])).get(stays.id);
  const moved = punches.filter(({ repeated }) => !repeated);
  const months = new Set(moved.map(({ at, timeZone }) => monthOf(dateAt(at.getTime(), timeZone))));
  const records = {
    stays: { person: staysView!, ...facts.get(stays.id)! },
    goes: { person: goesView!, ...facts.get(goes.id)! },
  };
  return {
    view: {
      version: versionOf({ stays, goes }, records),
      ...records,
      obstacles: await obstaclesOf(em, ids),
      collisions: {
        days: await commonDates(em, ids),
        repeated: punches.length - moved.length,
        absences: absences.map(({ fromDate: from, toDate: to }) => ({ from, to })),
        adjusted: [...months].filter((month) => closed?.has(month)).toSorted(),
        dropped: {
          ...(await droppedRows(em, ids)),
          account: records.stays.account !== null && records.goes.account !== null,
        },
      },
    },
    punches,
    dropped: absences.map(({ id }) => id),
  };
}

/** Of what is chosen from. A punch that comes in the meantime is no reason to choose again. */
function versionOf(people: Merge, records: { stays: MergeRecord; goes: MergeRecord }): string {
  const of = (side: 'stays' | 'goes') => {
    const { face, pin, badge, account } = records[side];
    return [personVersion(people[side]), face, pin, badge, account];
  };
  return recordVersion({ stays: of('stays'), goes: of('goes') });
}

type Facts = Omit<MergeRecord, 'person'>;

async function factsOf(em: Em, ids: readonly string[]): Promise<ReadonlyMap<string, Facts>> {
  const rows = await em.execute<(Facts & { id: string })[]>(
    `select p.id, punched.*,
       (select count(*)::int from absence x where x.person_id = p.id) absences,
       (select count(*)::int from absence_request x where x.person_id = p.id and x.state = 'waiting') "absenceRequests",
       (select count(*)::int from schedule_assignment x where x.person_id = p.id) rotas,
       (select count(*)::int from schedule_exception x where x.person_id = p.id) exceptions,
       (select count(*)::int from balance_entry x where x.person_id = p.id) "balanceEntries",
       (select count(*)::int from vacation_allowance x where x.person_id = p.id) allowances,
       (select count(*)::int from consent x where x.person_id = p.id) consents,
       exists (select from template x where x.person_id = p.id) face,
       exists (select from pin x where x.person_id = p.id) pin,
       exists (select from badge x where x.person_id = p.id) badge,
       (select username from account x where x.person_id = p.id) account,
       exists (select from enrollment_invitation x where x.person_id = p.id and x.outcome is null)
         or exists (select from waiting_capture x where x.person_id = p.id) invited
     from person p cross join lateral (
       select count(*)::int punches, min(at) "firstPunch", max(at) "lastPunch" from punch
       where person_id = p.id and not exists (select from punch_void v where v.punch_id = punch.id)
     ) punched
     where p.id = any(?::uuid[])`,
    [`{${ids.join(',')}}`],
  );
  return new Map(
    rows.map(({ id, ...facts }) => [
      id,
      { ...facts, firstPunch: instantOf(facts.firstPunch), lastPunch: instantOf(facts.lastPunch) },
    ]),
  );
}

function instantOf(at: string | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

interface Ids {
  stays: string;
  goes: string;
}

async function droppedAbsences(em: Em, { stays, goes }: Ids): Promise<AbsenceRow[]> {
  const own = await em.find(AbsenceRow, { personId: stays });
  const others = await em.find(AbsenceRow, { personId: goes }, { orderBy: { fromDate: 'asc' } });
  return others.filter((other) => own.some((one) => overlap(one, other)));
}

/** Rows of the record that goes, where the other has its own. */
async function droppedRows(em: Em, ids: Ids) {
  const [counts] = await em.execute<
    { rotas: number; exceptions: number; balanceEntries: number; allowances: number }[]
  >(
    `select
       (select count(*)::int from schedule_assignment where person_id = :goes
          and exists (select from schedule_assignment where person_id = :stays)) rotas,
       (select count(*)::int from schedule_exception x where person_id = :goes
          and exists (select from schedule_exception y where y.person_id = :stays and y.date = x.date)) exceptions,
       (select count(*)::int from balance_entry x where person_id = :goes and kind = 'start'
          and exists (select from balance_entry y where y.person_id = :stays and y.kind = 'start')) "balanceEntries",
       (select count(*)::int from vacation_allowance x where person_id = :goes
          and exists (select from vacation_allowance y where y.person_id = :stays and y.year = x.year)) allowances`,
    { ...ids },
  );
  return counts!;
}

async function obstaclesOf(em: Em, { stays, goes }: Ids): Promise<MergeObstacle[]> {
  const obstacles: MergeObstacle[] = [];
  // What was paid by a closed month cannot move to another record, which would be paid for it once more.
  const closed = await em.execute<{ month: string }[]>(
    `select month from closed_day c where person_id = ? and (jsonb_array_length(punch_ids) > 0 or worked <> 0)
       and not exists (select from month_reopening r where r.closing_id = c.closing_id)
     union select month from closed_adjustment c where person_id = ?
       and not exists (select from month_reopening r where r.closing_id = c.closing_id)
     order by month`,
    [goes, goes],
  );
  if (closed.length > 0) {
    obstacles.push({ why: 'closed-months', months: closed.map(({ month }) => month) });
  }
  const [waiting] = await em.execute<{ amount: number }[]>(
    `select count(*)::int amount from correction c where state = 'waiting' and (
       person_id = ? or to_person_id = ? or (person_id is null and exists (
         select from jsonb_array_elements_text(c.punch_ids) one join punch on punch.id = one::uuid
         where punch.person_id = ?)))`,
    [goes, goes, goes],
  );
  if (waiting!.amount > 0) obstacles.push({ why: 'waiting-corrections', amount: waiting!.amount });
  const [consent] = await em.execute<{ withdrawn: boolean }[]>(
    `select coalesce(max(withdrawn_at) > max(given_at) filter (where withdrawn_at is null), false) withdrawn
     from consent where person_id in (?, ?)`,
    [stays, goes],
  );
  if (consent!.withdrawn) obstacles.push({ why: 'consent-withdrawn' });
  return obstacles;
}
