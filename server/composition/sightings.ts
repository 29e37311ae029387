/** Sightings: from the analyzers, if need be by way of the journal, into the database, and their results back to the stations. */
import path from 'node:path';
import type { Logger } from 'pino';
import { doorOf } from '../attendance/attendance-service.ts';
import { waitingEvent } from '../attendance/waiting-event.ts';
import type { LookAlikeQuestions } from '../attendance/look-alike-questions.ts';
import { SightingInbox } from '../attendance/sighting-inbox.ts';
import type { DoorSighting } from '../attendance/waiting-sightings.ts';
import type { DeviceService } from '../devices/device-service.ts';
import { screenOf, tiedTo } from '../devices/display-tie.ts';
import { eventAsShown } from '../devices/shown-names.ts';
import { Journal } from '../journal/journal.ts';
import { journalKey } from '../journal/journal-key.ts';
import { MEDIA_LIMITS } from '../media/limits.ts';
import { outcomeOf, type SightingMetrics, type SightingOutcome } from '../metrics/sighting-metrics.ts';
import type { MediaServer } from '../media/media-server.ts';
import { OperatorError } from '../operator-error.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { AttendanceEvent, ObservedFace } from '../protocol/results.ts';
import type { Core } from './core.ts';

export interface SightingsOptions {
  dataDir: string;
  core: Pick<
    Core,
    'database' | 'keys' | 'attendance' | 'refusedPunches' | 'decisionStore' | 'snapshots' | 'people'
  >;
  devices: Pick<DeviceService, 'door'>;
  media: Pick<MediaServer, 'sendEvent'>;
  metrics: Pick<SightingMetrics, 'done' | 'journalWritten'>;
  log: Logger;
}

/** `opened` closes it. Throws OperatorError where the journal cannot be read. */
export async function openSightings(
  { dataDir, core, devices, media, metrics, log }: SightingsOptions,
  opened: AsyncDisposableStack,
): Promise<SightingInbox> {
  const { database, keys, attendance, refusedPunches, decisionStore, snapshots, people } = core;
  const file = path.join(dataDir, 'sightings.journal');
  const journal = await Journal.open<DoorSighting>({
    file,
    key: await journalKey(database, keys),
    onWrite: (took, ok) => metrics.journalWritten(took, ok),
    log,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new OperatorError(
      `The journal ${file}, in which sightings wait for the database, cannot be read (${error.code}): give this account access to it.`,
      { cause: error },
    );
  });
  const tell = (deviceId: string, event: AttendanceEvent) => {
    const door = devices.door(deviceId);
    const screen = door && screenOf(door, devices);
    if (!screen) return;
    media.sendEvent(
      screen.deviceId,
      eventAsShown(event, screen.settings.names, (id) => people.givenNameOf(id)),
    );
  };
  /** Of those that are being booked, by id: one that is booked a second time counts once. */
  const outcomes = new Map<string, SightingOutcome>();
  const inbox = new SightingInbox({
    journal,
    log,
    writable: () => database.writable(),
    clockStep: () => attendance.clockStep,
    deliver: async ({ sighting, door, clockStep }, crop, onBooked) => {
      const event = await attendance.record({ ...sighting, clockStep }, door);
      outcomes.set(sighting.id, outcomeOf(event.result));
      tell(door.id, event);
      onBooked();
      await decisionStore.keepOf(sighting, door);
      if (crop) await snapshots.keep(sighting, crop);
    },
    refuse: async (entry, error) => {
      await refusedPunches.addSighting(entry, error);
      outcomes.set(entry.id, 'refused');
      await decisionStore.keepOf(entry.sighting, entry.door);
    },
    onDone: ({ id }, waited) => {
      metrics.done(outcomes.get(id) ?? 'ignored', waited);
      outcomes.delete(id);
    },
    onWaits: ({ sighting, door }, safe) =>
      tell(door.id, waitingEvent(sighting, door, people.nameOf(sighting.personId) ?? '', safe)),
  });
  opened.defer(() => inbox.close());
  return inbox;
}

/** What a station may be told again, also of what another server told it, oldest first. */
export async function recordedOutcomes(
  deviceId: string,
  {
    attendance,
    people,
    devices,
  }: Pick<Core, 'attendance' | 'people'> & { devices: Pick<DeviceService, 'door' | 'doors'> },
): Promise<AttendanceEvent[]> {
  const door = devices.door(deviceId);
  if (door?.deviceKind !== 'station') return [];
  const events = await attendance.recent(doorOf(door), MEDIA_LIMITS.eventRetention, tiedTo(door, devices));
  return events.map((event) => eventAsShown(event, door.settings.names, (id) => people.givenNameOf(id)));
}

/**
 * The face as browsers may see it: who it is only once its sighting is safe, so that no name is shown that a crash would take
 * back. Of two look-alikes neither is named: only the question is, and then whoever has answered it.
 */
export function named(
  { sighting, oneOf, ...face }: ObservedFace,
  inbox: Pick<SightingInbox, 'isSafe'>,
  people: Pick<PeopleService, 'nameOf'>,
  questions: Pick<LookAlikeQuestions, 'seen'>,
): ObservedFace {
  if (face.state === 'one-of-two') {
    const state = sighting === undefined || !oneOf ? null : questions.seen(sighting);
    if (!state) return { ...face, state: 'unknown' };
    if ('ask' in state) return { ...face, ask: state.ask };
    const name = people.nameOf(state.personId);
    return { ...face, ...state, state: 'recognized', ...(name !== undefined && { name }) };
  }
  if (face.personId === undefined) return face;
  if (sighting !== undefined && !inbox.isSafe(sighting)) {
    const { track, box, landmarks } = face;
    return { track, box, landmarks, state: 'looking' };
  }
  const name = people.nameOf(face.personId);
  return { ...face, ...(name !== undefined && { name }) };
}
