/** How many corrections and refused punches wait for the reader: the number beside the page of corrections. */
import { allOf } from '../session/all-of.ts';
import { api } from '../session/api.ts';
import { Observable } from '../session/observable.ts';
import { allowed } from './session.ts';

export const waitingCorrections = new Observable(0);

/** Asks the server again. A number that cannot be fetched stays as it is: the page itself says what is wrong. */
export async function countWaitingCorrections(): Promise<void> {
  try {
    const [corrections, refused] = await Promise.all([correctionsToDecide(), refusedPunches()]);
    waitingCorrections.set(corrections + refused);
  } catch {
    // Asked again in a minute.
  }
}

async function correctionsToDecide(): Promise<number> {
  if (!allowed('corrections:decide')) return 0;
  const waiting = await allOf(
    (page) => api.corrections.list({ query: { ...page, state: 'waiting' } }),
    'corrections',
  );
  return waiting.filter(({ mayDecide }) => mayDecide).length;
}

async function refusedPunches(): Promise<number> {
  if (!allowed('attendance:correct')) return 0;
  // Beyond 99 nobody counts.
  return (await api.refused.list({ query: { limit: 100 } })).refused.length;
}
