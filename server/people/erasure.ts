import type { Em } from '../db/database.ts';
import { AbsenceRequest } from '../db/entities/absence-request.ts';
import { AbsenceRow, BalanceEntryRow, VacationAllowanceRow } from '../db/entities/absence.ts';
import { Account, AccountIdentity, Session } from '../db/entities/account.ts';
import { Decision } from '../db/entities/decision.ts';
import { Person } from '../db/entities/person.ts';
import { ScheduleException } from '../db/entities/schedule.ts';
import { Invitation, RecoveryCode, SecondFactor } from '../db/entities/sign-in.ts';

/** Properties that say who a person is. An erasure empties them. A new property of `Person` belongs here, in `DERIVED` or in `KEPT`. */
export const PERSONAL = [
  'number',
  'givenName',
  'familyName',
  'department',
  'jobTitle',
  'email',
  'phone',
  'startDate',
  'formerly',
] as const satisfies readonly (keyof Person)[];

/** Properties that a trigger writes from the others, with each change of them. */
export const DERIVED = ['displayName', 'sortName', 'searchText'] as const satisfies readonly (keyof Person)[];

/** Properties that say nothing about who a person is. They stay with the pseudonym. */
export const KEPT = [
  'id',
  'siteId',
  'status',
  'createdAt',
  'leftAt',
  'erasedAt',
  'mergedInto',
] as const satisfies readonly (keyof Person)[];

type Personal = (typeof PERSONAL)[number];

/** The values that an erasure writes: null where the column takes it, otherwise an empty text. */
export function emptied(): { [P in Personal]: null extends Person[P] ? null : '' } {
  const { properties } = Person.meta;
  const values = PERSONAL.map((name) => [name, properties[name].nullable === true ? null : '']);
  return Object.fromEntries(values) as ReturnType<typeof emptied>;
}

/**
 * The account of the person stays as a pseudonym, because corrections and consents refer to it. Nobody can sign in with it
 * again. Returns its id; null where the person has none.
 */
export async function eraseAccount(em: Em, personId: string, at: Date): Promise<string | null> {
  const account = await em.findOne(Account, { personId });
  if (!account) return null;
  const accountId = account.id;
  await em.nativeDelete(Session, { accountId });
  await em.nativeDelete(Invitation, { accountId });
  await em.nativeDelete(SecondFactor, { accountId });
  await em.nativeDelete(RecoveryCode, { accountId });
  await em.nativeDelete(AccountIdentity, { accountId });
  em.assign(account, {
    username: `erased-${accountId}`,
    name: '',
    passwordHash: null,
    disabledAt: account.disabledAt ?? at,
  });
  return accountId;
}

/**
 * Deletes absences and requests for them, which may say that the person was sick, and what was carried in the balance. Which rota the person had
 * and on which dates not stays with the pseudonym, because it decides to which day a punch belongs.
 */
export async function eraseSchedule(em: Em, personId: string): Promise<void> {
  await em.nativeDelete(AbsenceRow, { personId });
  await em.nativeDelete(AbsenceRequest, { personId });
  await em.nativeDelete(BalanceEntryRow, { personId });
  await em.nativeDelete(VacationAllowanceRow, { personId });
  await em.nativeUpdate(ScheduleException, { personId }, { reason: '' });
}

/** What the cameras decided about the person, also where it may have been somebody else. */
export async function eraseDecisions(em: Em, personId: string): Promise<void> {
  await em.nativeDelete(Decision, { $or: [{ personId }, { eitherId: personId }, { orId: personId }] });
}
