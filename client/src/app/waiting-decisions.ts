/** How many corrections, absences and refused punches wait for the reader: the number beside the page of requests. */
import { allOf } from '../session/all-of.ts';
import { api } from '../session/api.ts';
import { Observable } from '../session/observable.ts';
import { allowed } from './session.ts';

export const waitingDecisions = new Observable(0);

/** Asks the server again. A number that cannot be fetched stays as it is: the page itself says what is wrong. */
export async function countWaitingDecisions(): Promise<void> {
  try {
    const counts = await Promise.all([correctionsToDecide(), absencesToDecide(), refusedPunches()]);
    waitingDecisions.set(counts.reduce((sum, count) => sum + count, 0));
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

async function absencesToDecide(): Promise<number> {
  if (!allowed('absences:decide')) return 0;
  const waiting = await allOf(
    (page) => api.absenceRequests.list({ query: { ...page, state: 'waiting' } }),
    'requests',
  );
  return waiting.filter(({ mayDecide }) => mayDecide).length;
}

async function refusedPunches(): Promise<number> {
  if (!allowed('attendance:correct')) return 0;
  // Beyond 99 nobody counts.
  return (await api.refused.list({ query: { limit: 100 } })).refused.length;
}
