/**
 * A camera that is tied to a station: it stands at the same door and shows its results on that screen. The tie is a setting of
 * the camera, and holds while both are paired and stand at one site.
 */
import { audit } from '../audit/audit.ts';
import type { Em } from '../db/database.ts';
import { Device } from '../db/entities/device.ts';
import type { DeviceKind } from '../protocol/devices.ts';
import { MusterError } from '../protocol/error.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { siteOf } from '../sites/site-service.ts';

/** What this server knows of the devices. */
interface Doors {
  door(id: string): DeviceActor | null;
  /** All of them. */
  doors(): Iterable<DeviceActor>;
}

/** The station whose screen shows what this device recognizes: itself, or the one that it is tied to. Null: none. */
export function screenOf(device: DeviceActor, doors: Pick<Doors, 'door'>): DeviceActor | null {
  if (device.deviceKind === 'station') return device;
  const { station } = device.settings;
  const screen = station === null ? null : doors.door(station);
  return screen?.deviceKind === 'station' && screen.site.id === device.site.id ? screen : null;
}

/** The ids of the cameras that are tied to this station. */
export function tiedTo(station: DeviceActor, doors: Doors): string[] {
  return Array.from(doors.doors())
    .filter((camera) => camera.deviceId !== station.deviceId)
    .filter((camera) => screenOf(camera, doors)?.deviceId === station.deviceId)
    .map(({ deviceId }) => deviceId);
}

/**
 * The device as its sightings are booked: a tied camera is at the door of its station, and whoever both see must not be booked
 * twice, so that what passing means and the least time between two punches are those of the station.
 */
export function asBooked(device: DeviceActor, doors: Pick<Doors, 'door'>): DeviceActor {
  const screen = screenOf(device, doors);
  if (!screen || screen === device) return device;
  const { mode, minGap } = screen.settings;
  return { ...device, settings: { ...device.settings, mode, minGap } };
}

interface Tie {
  kind: DeviceKind;
  siteId?: string | null | undefined;
  /** The station; null or absent: no tie. */
  station?: string | null | undefined;
}

/** @throws MusterError `validation-failed` where a device of this kind at this site cannot be tied to the station */
export async function requireTie(em: Em, tie: Tie): Promise<void> {
  const fault = await tieFault(em, tie);
  if (fault) throw fault;
}

/** What is wrong with a tie; null where nothing is. */
export async function tieFault(em: Em, { kind, siteId, station }: Tie): Promise<MusterError | null> {
  if (!station) return null;
  if (kind === 'station') return invalid('settings.station', 'is only for cameras and encoders');
  const found = await em.findOne(Device, { id: station, kind: 'station', revokedAt: null });
  if (!found) return invalid('settings.station', 'is not the id of a station');
  const [there, here] = [await siteOf(em, found.siteId), await siteOf(em, siteId)];
  return there.id === here.id ? null : invalid('settings.station', 'is at another site');
}

/** Unties all cameras of a station that is unpaired or moves. The servers hear of it from the audit trail, as of any change. */
export async function untie(em: Em, station: string): Promise<void> {
  const tied = await em.find(Device, { kind: { $ne: 'station' }, revokedAt: null, settings: { station } });
  for (const camera of tied) {
    camera.settings = { ...camera.settings, station: null };
    await audit(em, {
      act: 'device.changed',
      object: { kind: 'device', id: camera.id },
      before: { station },
      after: { station: null },
    });
  }
}

function invalid(path: string, message: string): MusterError {
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path, message }] });
}
