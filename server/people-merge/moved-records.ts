/** What belongs to a person besides punches and face, moved to another record of the same person. */
import type { Em } from '../db/database.ts';
import { Account, Session } from '../db/entities/account.ts';
import { AbsenceRow, BalanceEntryRow, VacationAllowanceRow } from '../db/entities/absence.ts';
import { ScheduleAssignment, ScheduleException } from '../db/entities/schedule.ts';
import { eraseAccount } from '../people/erasure.ts';

interface Ids {
  stays: string;
  goes: string;
}

/** Tables that refer to people by these columns, and whose rows may change. */
export const MOVED = [
  ['absence', 'person_id'],
  ['absence_request', 'person_id'],
  ['schedule_assignment', 'person_id'],
  ['schedule_exception', 'person_id'],
  ['balance_entry', 'person_id'],
  ['vacation_allowance', 'person_id'],
  ['consent', 'person_id'],
  ['enrollment_invitation', 'person_id'],
  ['correction', 'person_id', 'to_person_id'],
  ['refused_punch', 'person_id', 'either_id', 'or_id'],
  ['decision', 'person_id', 'either_id', 'or_id'],
  ['waiting_capture', 'duplicate_of'],
] as const;

/** Where both have the same, what the record that stays has counts. @param absences ids of those that are dropped */
export async function moveRecords(em: Em, { stays, goes }: Ids, absences: readonly string[]): Promise<void> {
  await em.nativeDelete(AbsenceRow, { id: { $in: [...absences] } });
  if ((await em.count(ScheduleAssignment, { personId: stays })) > 0) {
    await em.nativeDelete(ScheduleAssignment, { personId: goes });
  }
  if ((await em.count(BalanceEntryRow, { personId: stays, kind: 'start' })) > 0) {
    await em.nativeDelete(BalanceEntryRow, { personId: goes, kind: 'start' });
  }
  const years = await em.find(VacationAllowanceRow, { personId: stays });
  await em.nativeDelete(VacationAllowanceRow, {
    personId: goes,
    year: { $in: years.map(({ year }) => year) },
  });
  const exceptions = await em.find(ScheduleException, { personId: stays });
  const dates = exceptions.map(({ date }) => date);
  await em.nativeDelete(ScheduleException, { personId: goes, date: { $in: dates } });

  for (const [table, ...columns] of MOVED) {
    for (const column of columns) {
      await em.execute(`update ${table} set ${column} = ? where ${column} = ?`, [stays, goes]);
    }
  }
}

/** What became of the account of the record that goes. */
export type MovedAccount = { id: string; act: 'account.changed' | 'account.disabled' };

/** A person has one account: of two, that of the record that stays. Whoever is signed in with one that moves signs in again. */
export async function moveAccount(em: Em, { stays, goes }: Ids, at: Date): Promise<MovedAccount | null> {
  if ((await em.count(Account, { personId: stays })) > 0) {
    const id = await eraseAccount(em, goes, at);
    return id === null ? null : { id, act: 'account.disabled' };
  }
  const account = await em.findOne(Account, { personId: goes }, { fields: ['id'], disableIdentityMap: true });
  if (!account) return null;
  await em.nativeDelete(Session, { accountId: account.id });
  await em.execute(
    'update account set person_id = ?, name = (select display_name from person where id = ?) where id = ?',
    [stays, stays, account.id],
  );
  return { id: account.id, act: 'account.changed' };
}
