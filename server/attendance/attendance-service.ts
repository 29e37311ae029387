/** Turns sightings into punches, and punches into the attendance of a day. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { displayName } from '../people/display-name.ts';
import type { Sighting } from '../protocol/analyzer.ts';
import type { AttendanceView, CorrectionInput, PunchKind, PunchView } from '../protocol/attendance.ts';
import type { DeviceSettings } from '../protocol/devices.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import { isId } from '../protocol/fields.ts';
import { LIVE_SCORE } from '../protocol/face.ts';
import { attendanceView, onePunch } from './attendance-view.ts';
import { writeCorrection } from './correction.ts';
import { datesBetween } from './report.ts';
import { decide } from './policy.ts';
import { localTime, workDate } from '../time/work-date.ts';

export interface AttendanceServiceOptions {
  database: Database;
  log: Logger;
  /** Determines which work date is today if no device is involved: `config.attendance`. */
  defaults: { timeZone: string; dayTurnsAt: number };
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** A person at a door, recognized by face or identified by PIN or badge. A PIN or badge comes without a similarity. */
export interface Arrival extends Omit<Sighting, 'similarity' | 'margin' | 'frames'> {
  similarity: number | null;
  margin: number | null;
  frames: number | null;
  /** Undefined for a sighting. */
  source?: 'pin' | 'badge';
}

/** The station or camera at the door. */
export interface SightingDevice {
  id: string;
  name: string;
  settings: DeviceSettings;
}

export class AttendanceService {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #defaults: AttendanceServiceOptions['defaults'];
  readonly #now: () => number;

  constructor({ database, log, defaults, now = Date.now }: AttendanceServiceOptions) {
    this.#database = database;
    this.#log = log.child({ part: 'attendance' });
    this.#defaults = defaults;
    this.#now = now;
  }

  /**
   * Records a sighting by the settings of the door. If the same sighting is delivered again, at once or later, the answer is
   * the same and there is no second punch: an advisory lock serializes all sightings of a person, and the ID of the sighting
   * is unique among the punches.
   */
  async record(sighting: Arrival, device: SightingDevice): Promise<AttendanceEvent> {
    if (!isId(sighting.personId)) return ignored(sighting, device, '', 'Unknown person.');
    const once = () => this.#database.transaction((em) => this.#decideIn(em, sighting, device));
    let event: AttendanceEvent;
    try {
      event = await once();
    } catch (error) {
      // The same ID was used for another person at the same moment. The punch that was recorded first is there now.
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      event = await once();
    }
    const { id, result, reason } = event;
    this.#log.info(
      {
        event: 'sighting.recorded',
        sightingId: id,
        personId: event.person.id,
        deviceId: device.id,
        result,
        reason,
      },
      'sighting recorded',
    );
    return event;
  }

  /**
   * The attendance of a work date.
   *
   * @param date YYYY-MM-DD; today by default
   * @param departments include only people of these departments; everybody by default
   */
  async day(date?: string, departments?: readonly string[]): Promise<AttendanceView> {
    const { timeZone, dayTurnsAt } = this.#defaults;
    const of = date ?? workDate(this.#now(), timeZone, dayTurnsAt);
    return attendanceView(this.#database.fork(), of, { timeZone, departments });
  }

  /** Null where there is none, or its person is in another department. */
  punch(id: string, departments?: readonly string[]): Promise<PunchView | null> {
    return onePunch(this.#database.fork(), id, departments);
  }

  /**
   * Adds a punch by hand.
   *
   * @throws MusterError as `writeCorrection` does
   */
  async correct(input: CorrectionInput, by: { accountId: string }): Promise<PunchView> {
    const rules = { ...this.#defaults, now: this.#now() };
    const punch = await this.#database.transaction((em) => writeCorrection(em, input, by, rules));
    const { id: punchId, personId } = punch;
    this.#log.info(
      { event: 'punch.corrected', punchId, personId, accountId: by.accountId },
      'punch corrected',
    );
    return (await this.punch(punchId))!;
  }

  /** The days from `from` to `to` (YYYY-MM-DD), one after the other; it is written down who asked for them. */
  async *days(from: string, to: string, departments?: readonly string[]): AsyncGenerator<AttendanceView> {
    await this.#database.transaction((em) => audit(em, { act: 'report.exported', after: { from, to } }));
    for (const date of datesBetween(from, to)) yield this.day(date, departments);
  }

  async #decideIn(em: Em, sighting: Arrival, device: SightingDevice): Promise<AttendanceEvent> {
    const { personId, at } = sighting;
    await lockByName(em, `muster/person/${personId}`);

    const person = await em.findOne(Person, personId);
    const name = person ? displayName(person) : '';
    const earlier = await em.findOne(Punch, { sightingId: sighting.id });
    if (earlier) return answer(sighting, device, name, written(earlier.kind), earlier.at.getTime());
    if (!person || person.erasedAt) return ignored(sighting, device, '', 'Unknown person.');
    if (person.status !== 'active') {
      return ignored(sighting, device, name, `This person is ${person.status}.`);
    }

    const { timeZone, dayTurnsAt, minGap } = device.settings;
    const punches = await em.find(Punch, {
      personId,
      $or: [
        { workDate: workDate(at, timeZone, dayTurnsAt) },
        { at: { $gte: new Date(at - minGap), $lte: new Date(at + minGap) } },
      ],
    });
    const decision = decide(
      device.settings,
      punches.map((punch) => ({ kind: punch.kind, at: punch.at.getTime(), workDate: punch.workDate })),
      at,
    );
    if (decision.type === 'already') {
      const result = decision.kind === 'in' ? 'already-in' : 'already-out';
      return answer(sighting, device, name, result, decision.since);
    }
    em.create(Punch, {
      personId,
      kind: decision.kind,
      at: new Date(at),
      workDate: decision.workDate,
      timeZone,
      source: sighting.source ?? 'sighting',
      sightingId: sighting.id,
      deviceId: device.id,
      similarity: sighting.similarity,
      margin: sighting.margin,
      frames: sighting.frames,
      live: sighting.live,
    });
    if (sighting.source) {
      await audit(em, {
        act: 'punch.identified',
        object: { kind: 'person', id: personId },
        after: { source: sighting.source, kind: decision.kind },
      });
    }
    return answer(sighting, device, name, written(decision.kind), at);
  }
}

/** The answer to one sighting; `at` is the time that the result refers to, epoch ms. */
function answer(
  sighting: Arrival,
  { settings }: SightingDevice,
  name: string,
  result: AttendanceEvent['result'],
  at: number,
): AttendanceEvent {
  return {
    type: 'attendance',
    id: sighting.id,
    camera: sighting.cameraId,
    track: sighting.track,
    person: { id: sighting.personId, name },
    result,
    at: new Date(at).toISOString(),
    localTime: localTime(at, settings.timeZone),
    ...(sighting.live !== null && sighting.live < LIVE_SCORE && { doubtful: true }),
  };
}

function ignored(sighting: Arrival, device: SightingDevice, name: string, reason: string): AttendanceEvent {
  return { ...answer(sighting, device, name, 'ignored', sighting.at), reason };
}

function written(kind: PunchKind): AttendanceEvent['result'] {
  return kind === 'in' ? 'checked-in' : 'checked-out';
}
