import type { SessionView } from '../../../server/protocol/api.ts';
import { api } from '../session/api.ts';
import { Store } from '../session/store.ts';

/** Who is signed in at this browser; null until the server has been asked. */
export const session = new Store<SessionView | null>(null);

export async function loadSession(): Promise<SessionView> {
  const view = await api.session('account');
  session.set(view);
  return view;
}

export function account(): { name: string; username: string } | null {
  const actor = session.value?.actor;
  return actor?.kind === 'account' ? actor : null;
}
