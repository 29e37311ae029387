import type { CorrectionActor } from '../../attendance/correction-service.ts';
import type { Caller } from '../../protocol/session.ts';
import { departmentsOf } from './departments.ts';

/** A member of staff, as corrections and requests know who asks or decides. */
export function actorOf(account: Extract<Caller, { kind: 'account' }>): CorrectionActor {
  return { accountId: account.accountId, role: account.role, departments: departmentsOf(account) };
}
