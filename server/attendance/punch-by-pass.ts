import { type Arrival, type AttendanceService, doorOf } from './attendance-service.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import type { DeviceActor } from '../protocol/session.ts';
import type { RequestData } from '../protocol/signaling.ts';
import type { PassService } from '../passes/pass-service.ts';

/** No face was tracked. */
const NO_TRACK = -1;

/**
 * Records a person who identified with a PIN or badge at a station, by the same rules as a recognized person. Repeating
 * the `requestId` of a station creates no second punch.
 *
 * @throws MusterError as `PassService.identify` does
 */
export async function punchByPass(
  { passes, attendance }: { passes: PassService; attendance: AttendanceService },
  station: DeviceActor,
  { requestId, pass }: RequestData<'punch.identify'>,
): Promise<AttendanceEvent> {
  const { deviceId } = station;
  const at = Date.now();
  const { clockStep } = attendance;
  const personId = await passes.identify(deviceId, pass);
  const arrival = passArrival(deviceId, { requestId, pass, personId, at });
  return attendance.record({ ...arrival, clockStep }, doorOf(station));
}

/** A person with a PIN or badge. The request names the punch: whether it arrives at once or later, there is only one. */
export function passArrival(
  deviceId: string,
  { requestId, pass, personId, at }: RequestData<'punch.identify'> & { personId: string; at: number },
): Arrival {
  return {
    id: `${pass.type}/${deviceId}/${requestId}`,
    cameraId: deviceId,
    track: NO_TRACK,
    personId,
    at,
    source: pass.type,
    similarity: null,
    margin: null,
    frames: null,
    live: null,
  };
}
