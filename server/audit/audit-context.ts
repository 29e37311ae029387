/** The actor and address of the current request, so that no audit event is written without its author. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../protocol/session.ts';

export interface AuditContext {
  /** Null if the caller is not known, for example before sign-in. */
  actor: Caller | null;
  /** Remote address; null if the caller is the server itself. */
  address: string | null;
}

/** The handler of each request runs in such a context. Outside of any, the actor is the server itself. */
export const auditContext = new AsyncLocalStorage<AuditContext>();
