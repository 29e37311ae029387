import type { Actor, SessionView } from '#protocol/session.ts';
import { may, type Permission } from '#protocol/permissions.ts';
import { api } from '../session/api.ts';
import { Observable } from '../session/observable.ts';

/** The account of this browser; null until the server has answered. */
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

/** Where the reader begins: an employee at their own day, or at their data where nothing else is left to them. */
export function startPath(): '/' | '/my' | '/my/data' {
  if (!allowed('own:export')) return '/';
  return allowed('own:read') ? '/my' : '/my/data';
}

/** Whether to show elements that need this permission. The server checks it in any case. */
export function allowed(permission: Permission): boolean {
  const actor = account();
  return actor !== null && may(actor, permission);
}
