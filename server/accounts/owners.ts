/** Makes sure that there is always an owner who can sign in without an identity provider. */
import { lockByName } from '../db/advisory-lock.ts';
import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';

/** When two owners remove each other's rights at once, the second must see what the first did. Held until the transaction ends. */
export async function lockOwners(em: Em): Promise<void> {
  await lockByName(em, 'muster/owners');
}

/** Whether there is another owner with a password. An identity provider may be gone for good, and an invitation may be forgotten. */
export async function hasAnotherOwner(em: Em, except: string): Promise<boolean> {
  const others = {
    id: { $ne: except },
    role: 'owner',
    disabledAt: null,
    passwordHash: { $ne: null },
  } as const;
  return (await em.count(Account, others)) > 0;
}
