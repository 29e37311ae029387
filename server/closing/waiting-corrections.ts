/** Corrections that wait for a decision, by the people and dates they are about. */
import type { Em } from '../db/database.ts';
import { Correction } from '../db/entities/correction.ts';
import type { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import type { Site } from '../db/entities/site.ts';
import { workDateAt } from '../worktime/calendar.ts';

/** Dates (YYYY-MM-DD) by the id of the person, with repetitions. @param sites the default site comes first */
export async function waitingDates(
  em: Em,
  people: readonly Person[],
  sites: readonly Site[],
): Promise<ReadonlyMap<string, string[]>> {
  const corrections = await em.find(Correction, { state: 'waiting' });
  const punches = await em.find(Punch, { id: { $in: corrections.flatMap(({ punchIds }) => punchIds) } });
  const punchById = new Map(punches.map((punch) => [punch.id, punch]));
  const personById = new Map(people.map((person) => [person.id, person]));
  const dates = new Map<string, string[]>();
  const wait = (personId: string | null | undefined, at: Date | null | undefined) => {
    const person = personId ? personById.get(personId) : undefined;
    if (!person || !at) return;
    const site = sites.find(({ id }) => id === person.siteId) ?? sites[0]!;
    dates.set(person.id, [...(dates.get(person.id) ?? []), workDateAt(at.getTime(), site)]);
  };
  for (const { personId, toPersonId, at, punchIds } of corrections) {
    wait(personId, at);
    for (const id of punchIds) {
      const punch = punchById.get(id);
      wait(punch?.personId, punch?.at);
      wait(toPersonId, punch?.at);
    }
  }
  return dates;
}
