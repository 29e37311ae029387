/** Who acts, and from where, for whatever is done in answer to one request: so that no act is written without its author. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../protocol/session.ts';

export interface AuditContext {
  /** Null: nobody that is known, such as who signs in. */
  actor: Caller | null;
  /** Remote address; null inside the server. */
  address: string | null;
}

/** Run a request's handler in it. Outside, the server itself acts. */
export const auditContext = new AsyncLocalStorage<AuditContext>();
