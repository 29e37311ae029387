/** A punch by hand, for a door that was missed: a new punch that names its author and reason; none is changed. */
import { z } from 'zod';
import { audit } from '../audit/audit.ts';
import type { Em } from '../db/database.ts';
import { escapeLike } from '../db/like.ts';
import { lockByName } from '../db/advisory-lock.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { MusterError } from '../protocol/error.ts';
import { calendarDate } from '../time/calendar-date.ts';
import { instantOf, localTime } from '../time/work-date.ts';

export const correctionInput = z.strictObject({
  /** Employee number. */
  number: z.string().trim().min(1, { error: 'is missing' }).max(40),
  /** Work date. */
  date: calendarDate,
  /** Wall clock; before the hour at which the day turns, of the next calendar day. */
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 08:30' }),
  kind: z.enum(['in', 'out']),
  reason: z.string().trim().min(3, { error: 'is too short to say why' }).max(500),
});
export type CorrectionInput = z.infer<typeof correctionInput>;

export interface CorrectionRules {
  timeZone: string;
  dayTurnsAt: number;
  /** Epoch ms. */
  now: number;
}

/**
 * Inside a transaction. Throws MusterError `validation-failed` for a number that nobody has, a time that the clocks
 * skipped or that is still to come, and `conflict` where that very punch is there.
 */
export async function writeCorrection(
  em: Em,
  { number, date, time, kind, reason }: CorrectionInput,
  by: { accountId: string },
  { timeZone, dayTurnsAt, now }: CorrectionRules,
): Promise<Punch> {
  const person = await em.findOne(Person, { number: { $ilike: escapeLike(number) }, erasedAt: null });
  if (!person) throw invalid('number', 'belongs to nobody');
  await lockByName(em, `muster/person/${person.id}`);
  const at = instantOf(date, time, timeZone, dayTurnsAt);
  if (at === null) throw invalid('time', 'was skipped by the clocks that day');
  if (at > now) throw invalid('time', 'is still to come');
  if ((await em.count(Punch, { personId: person.id, kind, at: new Date(at) })) > 0) {
    throw new MusterError('conflict', `There is a punch "${kind}" at ${localTime(at, timeZone)} already.`);
  }
  const punch = em.create(Punch, {
    personId: person.id,
    kind,
    at: new Date(at),
    workDate: date,
    timeZone,
    source: 'correction',
    sightingId: null,
    deviceId: null,
    similarity: null,
    margin: null,
    frames: null,
    live: null,
    authorId: by.accountId,
    reason,
  });
  await em.flush();
  await audit(em, {
    act: 'punch.corrected',
    object: { kind: 'person', id: person.id },
    after: { punch: punch.id, kind, at: punch.at.toISOString(), workDate: date },
  });
  return punch;
}

function invalid(path: string, message: string): MusterError {
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path, message }] });
}
