import type { Sighting } from '../protocol/analyzer.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import { clockAt } from '../time/zoned.ts';
import type { SightingDevice } from './attendance-service.ts';

/** What a station shows of a sighting that is not booked yet. */
export function waitingEvent(
  { id, cameraId, track, personId, at }: Omit<Sighting, 'crop'>,
  { site }: SightingDevice,
  name: string,
  safe: boolean,
): AttendanceEvent {
  return {
    type: 'attendance',
    id,
    camera: cameraId,
    track,
    person: { id: personId, name },
    result: safe ? 'saved' : 'unsaved',
    seenAt: new Date(at).toISOString(),
    at: new Date(at).toISOString(),
    localTime: clockAt(at, site.timeZone),
  };
}
