/** What punches mean by the rules of the person's site, at the moment. */
import type { Em } from '../db/database.ts';
import type { Punch } from '../db/entities/punch.ts';
import { addDays, dateAt } from '../time/zoned.ts';
import { type Understood, understood } from '../worktime/understood.ts';
import { workRecords } from './work-record.ts';

type Meant = Pick<Punch, 'id' | 'personId' | 'at' | 'says' | 'timeZone'>;

/** By the id of the punch. */
export async function meaningsOf(em: Em, punches: readonly Meant[]): Promise<Map<string, Understood>> {
  const meanings = new Map<string, Understood>();
  const byDate = Map.groupBy(punches, ({ at, timeZone }) => dateAt(at.getTime(), timeZone));
  for (const [date, some] of byDate) {
    const personIds = [...new Set(some.map(({ personId }) => personId))];
    // The person's site may turn its days elsewhere: the day is one of three.
    const records = await workRecords(em, { from: addDays(date, -2), to: addDays(date, 1), personIds });
    for (const { id, personId, says } of some) {
      // A voided punch is in no day.
      meanings.set(id, says ?? 'seen');
      for (const day of records.get(personId)?.days ?? []) {
        const punch = day.punches.find((one) => one.id === id);
        if (!punch) continue;
        meanings.set(id, understood(day, punch));
        break;
      }
    }
  }
  return meanings;
}
