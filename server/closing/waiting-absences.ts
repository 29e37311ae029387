/** Requests for absence that wait for a decision, by the people whose month they are about. */
import type { Em } from '../db/database.ts';
import { AbsenceRequest } from '../db/entities/absence-request.ts';
import { spanOf } from '../attendance/closed-months.ts';

/** The first date (YYYY-MM-DD) of each request in the month, by the id of the person. @param month YYYY-MM */
export async function waitingAbsences(em: Em, month: string): Promise<ReadonlyMap<string, string[]>> {
  const { from, to } = spanOf(month);
  const requests = await em.find(AbsenceRequest, {
    state: 'waiting',
    fromDate: { $lte: to },
    toDate: { $gte: from },
  });
  const dates = new Map<string, string[]>();
  for (const { personId, fromDate } of requests) {
    const date = fromDate < from ? from : fromDate;
    dates.set(personId, [...(dates.get(personId) ?? []), date]);
  }
  return dates;
}
