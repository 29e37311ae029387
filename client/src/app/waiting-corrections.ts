/** How many corrections wait for the reader: the number beside the page of corrections. */
import { allOf } from '../session/all-of.ts';
import { api } from '../session/api.ts';
import { Observable } from '../session/observable.ts';
import { allowed } from './session.ts';

export const waitingCorrections = new Observable(0);

/** Asks the server again. A number that cannot be fetched stays as it is: the page itself says what is wrong. */
export async function countWaitingCorrections(): Promise<void> {
  if (!allowed('corrections:decide')) {
    waitingCorrections.set(0);
    return;
  }
  try {
    const waiting = await allOf(
      (page) => api.corrections.list({ query: { ...page, state: 'waiting' } }),
      'corrections',
    );
    waitingCorrections.set(waiting.filter(({ mayDecide }) => mayDecide).length);
  } catch {
    // Asked again in a minute.
  }
}
