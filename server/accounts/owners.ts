/** Makes sure that there is always an owner who can sign in without an identity provider. */
import { lockByName } from '../db/advisory-lock.ts';
import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';

/**
 * Takes a lock that is held until the transaction ends. Without it, two owners who remove each other's rights at the same
 * time could both succeed.
 */
export async function lockOwners(em: Em): Promise<void> {
  await lockByName(em, 'muster/owners');
}

/**
 * Whether there is another owner who can sign in with a password. Other owners do not count: their identity provider may
 * be gone permanently, or they may never have used their invitation.
 */
export async function hasAnotherOwner(em: Em, except: string): Promise<boolean> {
  const others = {
    id: { $ne: except },
    role: 'owner',
    disabledAt: null,
    passwordHash: { $ne: null },
  } as const;
  return (await em.count(Account, others)) > 0;
}
