import type { PassService } from '../passes/pass-service.ts';
import { MusterError } from '../protocol/error.ts';
import type { AttendanceEvent } from '../protocol/results.ts';
import type { DeviceActor } from '../protocol/session.ts';
import type { RequestData } from '../protocol/signaling.ts';
import { type Arrival, type AttendanceService, doorOf } from './attendance-service.ts';
import type { LookAlikeQuestions } from './look-alike-questions.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/**
 * Records one of two look-alikes whom a station recognized, and whom the number names. Repeating the request creates no
 * second punch.
 *
 * @throws MusterError as `PassService.identifyOneOf` and `LookAlikeQuestions.begin` do
 */
export async function punchByNumber(
  {
    passes,
    attendance,
    snapshots,
    questions,
  }: {
    passes: Pick<PassService, 'identifyOneOf'>;
    attendance: Pick<AttendanceService, 'record' | 'clockStep'>;
    snapshots: Pick<SnapshotStore, 'keep'>;
    questions: LookAlikeQuestions;
  },
  station: DeviceActor,
  { ask, number }: RequestData<'punch.tell-apart'>,
): Promise<AttendanceEvent> {
  const { deviceId } = station;
  questions.begin(deviceId, ask);
  const found = await passes
    .identifyOneOf(deviceId, number, (personId) => questions.decide(deviceId, ask, personId))
    .catch((error: unknown) => {
      if (!(error instanceof MusterError && error.code === 'not-found')) questions.giveBack(deviceId, ask);
      throw error;
    });
  questions.giveBack(deviceId, ask);
  const { sighting, person } = found;
  const { cameraId, track, at, frames, live, crop } = sighting;
  const { clockStep } = attendance;
  const arrival: Arrival = {
    id: `face-and-number/${deviceId}/${ask}`,
    source: 'face-and-number',
    ...person,
    cameraId,
    track,
    at,
    frames,
    live,
    clockStep,
  };
  const event = await attendance.record(arrival, doorOf(station));
  if (crop) await snapshots.keep(arrival, crop);
  return event;
}
