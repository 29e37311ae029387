/** The account whose lists are in this browser, so that its page opens without the server. The server itself trusts none of it. */
import type { SessionView } from '#protocol/session.ts';
import { RollCallStore } from './roll-call-store.ts';

export function keepSession(store: RollCallStore, session: SessionView): Promise<void> {
  return store.setValue('session', session);
}

/** Null where nobody used the page here, or the browser offers no storage. */
export async function keptSession(): Promise<SessionView | null> {
  return withStore((store) => store.value('session'));
}

/** The account signs out, or its session has ended: no name stays in this browser. */
export async function forgetLists(): Promise<void> {
  await withStore((store) => store.forgetLists());
}

async function withStore<T>(work: (store: RollCallStore) => Promise<T>): Promise<T | null> {
  try {
    const store = await RollCallStore.open();
    try {
      return await work(store);
    } finally {
      store.close();
    }
  } catch {
    return null;
  }
}
