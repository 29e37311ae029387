import type { Actor, SessionView } from '#protocol/session.ts';
import { may, type Permission } from '#protocol/permissions.ts';
import { api } from '../session/api.ts';
import { Observable } from '../session/observable.ts';

/** Who is signed in at this browser; null until the server has been asked. */
export const session = new Observable<SessionView | null>(null);

export async function loadSession(): Promise<SessionView> {
  const view = await api.session.get({ query: { as: 'account' } });
  session.set(view);
  return view;
}

export function account(): Extract<Actor, { kind: 'account' }> | null {
  const actor = session.value?.actor;
  return actor?.kind === 'account' ? actor : null;
}

/** Whether to show what needs this permission. The server decides all the same. */
export function allowed(permission: Permission): boolean {
  const actor = account();
  return actor !== null && may(actor, permission);
}
