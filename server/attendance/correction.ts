/** A punch by hand, for a door that was missed: a new punch that names its author and reason; none is changed. */
import { audit } from '../audit/audit.ts';
import type { Em } from '../db/database.ts';
import { escapeLike } from '../db/like.ts';
import { lockByName } from '../db/advisory-lock.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { MusterError } from '../protocol/error.ts';
import type { CorrectionInput } from '../protocol/attendance.ts';
import { instantOf, localTime } from '../time/work-date.ts';

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
