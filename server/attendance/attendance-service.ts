/** Turns sightings into punches, and shows what they mean. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { PunchVoid } from '../db/entities/correction.ts';
import { Person } from '../db/entities/person.ts';
import { PunchStatement } from '../db/entities/punch-statement.ts';
import { Punch } from '../db/entities/punch.ts';
import { addEvents, type NewEvent } from '../outbox/add-event.ts';
import { displayName } from '../people/display-name.ts';
import { mergedInto } from '../people/merged-into.ts';
import type { Sighting } from '../protocol/analyzer.ts';
import type { PunchKind } from '../protocol/attendance.ts';
import type { DeviceSettings, SiteOfDevice } from '../protocol/devices.ts';
import { MusterError } from '../protocol/error.ts';
import { LIVE_SCORE } from '../protocol/face.ts';
import { isId } from '../protocol/fields.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { MINUTE } from '../time/durations.ts';
import { clockAt } from '../time/zoned.ts';
import { offersFor, type Understood } from '../worktime/understood.ts';
import { clockMoved, type ClockStepService } from './clock-step-service.ts';
import { meaningsOf } from './punch-meanings.ts';

export interface AttendanceServiceOptions {
  database: Database;
  clockSteps: Pick<ClockStepService, 'last' | 'saved'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/**
 * A person at a door, recognized by face, by face and number where two look alike, or identified by PIN or badge. A PIN or
 * badge comes without a similarity.
 */
export interface Arrival extends Omit<Sighting, 'similarity' | 'margin' | 'frames'> {
  similarity: number | null;
  margin: number | null;
  frames: number | null;
  /** Undefined for a sighting. */
  source?: 'pin' | 'badge' | 'face-and-number';
  /** The last change of the clock that the server had noticed when the person came (`ClockStepService.last`). */
  clockStep?: string | undefined;
}

/** The station or camera at the door. */
export interface SightingDevice {
  id: string;
  name: string;
  settings: DeviceSettings;
  site: SiteOfDevice;
}

export function doorOf({ deviceId: id, name, settings, site }: DeviceActor): SightingDevice {
  return { id, name, settings, site };
}

/** For this long after a punch the station may say what it is, ms: the offer is on the screen for a few seconds. */
const STATEMENT_TIME = MINUTE;

/** The most answers that are told again. Each costs the reading of a person's days. */
const RECENT = 8;

export class AttendanceService {
  readonly #database: Database;
  readonly #clockSteps: Pick<ClockStepService, 'last' | 'saved'>;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, clockSteps, log, now = Date.now }: AttendanceServiceOptions) {
    this.#database = database;
    this.#clockSteps = clockSteps;
    this.#log = log.child({ part: 'attendance' });
    this.#now = now;
  }

  /** Of somebody who comes now: see `Arrival`. */
  get clockStep(): string | undefined {
    return this.#clockSteps.last ?? undefined;
  }

  /**
   * Records a sighting by the settings of the door. If the same sighting is delivered again, at once or later, there is no
   * second punch: an advisory lock serializes all sightings of a person, and the ID of the sighting is unique among the
   * punches.
   */
  async record(sighting: Arrival, device: SightingDevice): Promise<AttendanceEvent> {
    if (!isId(sighting.personId)) return ignored(sighting, device, '', 'Unknown person.');
    if (sighting.clockStep !== undefined) await this.#clockSteps.saved();
    const once = () => this.#database.transaction((em) => this.#recordIn(em, sighting, device));
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
   * Records what a person said at the station about the punch that it has just shown. Saying the same again changes nothing.
   *
   * @param tied the cameras whose results the station shows
   * @throws MusterError `not-found` where this station has no such punch; `conflict` where it is too late, or the door itself
   *   or the person has said something else
   */
  async state(
    { punchId, says }: { punchId: string; says: PunchKind },
    device: SightingDevice,
    tied: readonly string[] = [],
  ): Promise<AttendanceEvent> {
    const event = await this.#database.transaction(async (em) => {
      const punch = await em.findOne(Punch, {
        id: punchId,
        deviceId: { $in: [device.id, ...tied] },
      });
      if (!punch) throw new MusterError('not-found', 'This station has recorded no such punch.');
      const { personId } = punch;
      await lockByName(em, `muster/person/${personId}`);
      const earlier = await em.findOne(PunchStatement, { punchId });
      if (punch.says !== null || (earlier && earlier.says !== says)) {
        throw new MusterError('conflict', 'It is already known whether this was in or out.');
      }
      if (!earlier) {
        if (this.#now() - punch.createdAt.getTime() > STATEMENT_TIME) {
          throw new MusterError('conflict', 'It is too late to change this here: ask for a correction.');
        }
        em.create(PunchStatement, { punchId, personId, says, at: new Date(this.#now()) });
        await em.flush();
        await addEvents(em, [{ type: 'punch.stated', subject: { punch: punchId } }]);
        await audit(em, {
          act: 'punch.stated',
          object: { kind: 'person', id: personId },
          after: { punch: punchId, says },
        });
      }
      const person = await em.findOne(Person, personId);
      return answer(sightingOf(punch), device, person ? displayName(person) : '', {
        meaning: says,
        at: punch.at.getTime(),
      });
    });
    this.#log.info({ event: 'punch.stated', punchId, deviceId: device.id, says }, 'punch explained');
    return event;
  }

  /**
   * What was answered at this door to the last sightings that became punches, oldest first: for a station that comes from
   * another server, which may have died before the station heard it.
   *
   * @param within how long ago people were seen at most, ms
   * @param tied the cameras whose results the station shows, too
   */
  async recent(
    device: SightingDevice,
    within: number,
    tied: readonly string[] = [],
  ): Promise<AttendanceEvent[]> {
    const em = this.#database.fork();
    const now = this.#now();
    // A clock that was set back must not bring the rest of the day again.
    const at = { $gt: new Date(now - within), $lt: new Date(now + within) };
    const punches = await em.find(
      Punch,
      { deviceId: { $in: [device.id, ...tied] }, source: 'sighting', at },
      { orderBy: { at: 'desc' }, limit: RECENT },
    );
    const events: AttendanceEvent[] = [];
    for (const punch of punches.toReversed()) {
      const person = await em.findOne(Person, punch.personId);
      const meaning = await meaningOf(em, punch);
      const name = person ? displayName(person) : '';
      events.push(answer(sightingOf(punch), device, name, { meaning, at: punch.at.getTime(), punch }));
    }
    return events;
  }

  async #recordIn(em: Em, seen: Arrival, device: SightingDevice): Promise<AttendanceEvent> {
    const { at, clockStep } = seen;
    const personId = await lockedPerson(em, seen.personId);
    const sighting = { ...seen, personId };

    const person = await em.findOne(Person, personId);
    const name = person ? displayName(person) : '';
    const earlier = await em.findOne(Punch, { sightingId: sighting.id });
    if (earlier) {
      const meaning = await meaningOf(em, earlier);
      const seenAt = earlier.at.getTime();
      return answer({ ...sighting, at: seenAt }, device, name, { meaning, at: seenAt, punch: earlier });
    }
    if (!person || person.erasedAt) return ignored(sighting, device, '', 'Unknown person.');
    if (person.status !== 'active') {
      return ignored(sighting, device, name, `This person is ${person.status}.`);
    }

    const says = device.settings.mode === 'auto' ? null : device.settings.mode;
    const repeated = await repeatedPunch(em, {
      personId,
      at,
      says,
      minGap: device.settings.minGap,
      clockStep,
    });
    if (repeated) {
      const meaning = await meaningOf(em, repeated);
      return answer(sighting, device, name, { meaning, at: repeated.at.getTime(), already: true });
    }
    const punch = em.create(Punch, {
      personId,
      says,
      at: new Date(at),
      siteId: device.site.id,
      timeZone: device.site.timeZone,
      source: sighting.source ?? 'sighting',
      sightingId: sighting.id,
      deviceId: device.id,
      similarity: sighting.similarity,
      margin: sighting.margin,
      frames: sighting.frames,
      live: sighting.live,
      createdAt: new Date(this.#now()),
    });
    await em.flush();
    await addEvents(em, eventsOf(punch));
    const meaning = await meaningOf(em, punch);
    if (sighting.source) {
      await audit(em, {
        act: 'punch.identified',
        object: { kind: 'person', id: personId },
        after: { source: sighting.source, kind: meaning },
      });
    }
    return answer(sighting, device, name, { meaning, at, punch });
  }
}

/**
 * Locks the punches of a person. An analyzer, the journal or a station may still name a record that was merged into another
 * one: the punch belongs to that. A merge holds the locks of both until its commit.
 */
async function lockedPerson(em: Em, id: string): Promise<string> {
  await lockByName(em, `muster/person/${id}`);
  const now = await mergedInto(em, id);
  return now === id ? id : lockedPerson(em, now);
}

/**
 * The punch that this one would repeat: within the gap, at the same kind of door. In by the in door and straight out by the
 * out door are two punches. The gap is the time that really passed, also where the clock was set meanwhile.
 */
async function repeatedPunch(
  em: Em,
  {
    personId,
    at,
    says,
    minGap,
    clockStep,
  }: {
    personId: string;
    at: number;
    says: PunchKind | null;
    minGap: number;
    clockStep: string | undefined;
  },
): Promise<Punch | undefined> {
  const moved =
    clockStep === undefined ? new Map<string, number>() : await clockMoved(em, personId, clockStep);
  const near = await em.find(Punch, {
    personId,
    says,
    source: { $ne: 'correction' },
    $or: [
      { at: { $gt: new Date(at - minGap), $lt: new Date(at + minGap) } },
      { id: { $in: [...moved.keys()] } },
    ],
  });
  const voided = await em.find(PunchVoid, { punchId: { $in: near.map(({ id }) => id) } });
  const since = (punch: Punch) => at - punch.at.getTime() - (moved.get(punch.id) ?? 0);
  const counted = near.filter(
    (punch) => Math.abs(since(punch)) < minGap && !voided.some(({ punchId }) => punchId === punch.id),
  );
  // The one before comes first: later ones exist only where a sighting is delivered late.
  return counted.toSorted((a, b) => Number(since(a) < 0) - Number(since(b) < 0)).at(0);
}

async function meaningOf(em: Em, punch: Punch): Promise<Understood> {
  return (await meaningsOf(em, [punch])).get(punch.id)!;
}

function eventsOf({ id, personId, live }: Punch): NewEvent[] {
  const created: NewEvent = { type: 'punch.created', subject: { punch: id } };
  if (!isDoubtful(live)) return [created];
  return [created, { type: 'liveness.doubtful', subject: { person: personId, punch: id } }];
}

function isDoubtful(live: number | null | undefined): boolean {
  return typeof live === 'number' && live < LIVE_SCORE;
}

interface Answer {
  meaning: Understood;
  /** Of the punch, epoch ms. */
  at: number;
  /** The punch that was written for this sighting. */
  punch?: Punch;
  /** An earlier punch holds. */
  already?: boolean;
}

const WRITTEN = { in: 'checked-in', out: 'checked-out', seen: 'seen' } as const;

function answer(
  sighting: Pick<Arrival, 'id' | 'cameraId' | 'track' | 'personId' | 'live' | 'at'>,
  { site }: SightingDevice,
  name: string,
  { meaning, at, punch, already = false }: Answer,
): AttendanceEvent {
  return {
    type: 'attendance',
    id: sighting.id,
    camera: sighting.cameraId,
    track: sighting.track,
    person: { id: sighting.personId, name },
    result: already ? `already-${meaning}` : WRITTEN[meaning],
    ...(punch?.says === null && { punch: { id: punch.id, offers: offersFor(meaning) } }),
    seenAt: new Date(sighting.at).toISOString(),
    at: new Date(at).toISOString(),
    localTime: clockAt(at, site.timeZone),
    ...(isDoubtful(sighting.live) && { doubtful: true }),
  };
}

function ignored(sighting: Arrival, { site }: SightingDevice, name: string, reason: string): AttendanceEvent {
  return {
    type: 'attendance',
    id: sighting.id,
    camera: sighting.cameraId,
    track: sighting.track,
    person: { id: sighting.personId, name },
    result: 'ignored',
    seenAt: new Date(sighting.at).toISOString(),
    at: new Date(sighting.at).toISOString(),
    localTime: clockAt(sighting.at, site.timeZone),
    reason,
  };
}

/** The sighting that a punch was made of. No face is tracked any more. */
function sightingOf({ sightingId, deviceId, personId, live, at }: Punch) {
  return {
    id: sightingId ?? '',
    cameraId: deviceId ?? '',
    track: -1,
    personId,
    live: live ?? null,
    at: at.getTime(),
  };
}
