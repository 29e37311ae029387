/** Adds a missed check-in or check-out by hand: a new punch with an author and a reason. Existing punches never change. */
import { audit } from '../audit/audit.ts';
import type { Em } from '../db/database.ts';
import { escapeLike } from '../db/like.ts';
import { lockByName } from '../db/advisory-lock.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { MusterError } from '../protocol/error.ts';
import type { CorrectionInput } from '../protocol/attendance.ts';
import { instantOf } from '../time/work-date.ts';

export interface CorrectionRules {
  timeZone: string;
  dayTurnsAt: number;
  /** Epoch ms. */
  now: number;
}

/**
 * Adds the punch. Call it inside a transaction.
 *
 * @throws MusterError `validation-failed` if no person has this number, if the time does not exist on that day (clock
 *   change) or is in the future; `conflict` if the same punch exists already
 */
export async function writeCorrection(
  em: Em,
  { number, date, time, kind, reason }: CorrectionInput,
  by: { accountId: string },
  { timeZone, dayTurnsAt, now }: CorrectionRules,
): Promise<Punch> {
  const person = await em.findOne(Person, { number: { $ilike: escapeLike(number) }, erasedAt: null });
  if (!person) throw invalid('number', 'is not the number of any person');
  await lockByName(em, `muster/person/${person.id}`);
  const at = instantOf(date, time, timeZone, dayTurnsAt);
  if (at === null) throw invalid('time', 'does not exist on that day, because the clocks were changed');
  if (at > now) throw invalid('time', 'is in the future');
  if ((await em.count(Punch, { personId: person.id, kind, at: new Date(at) })) > 0) {
    throw new MusterError('conflict', 'This person has this punch already.');
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
