import type { DeviceActor } from '../protocol/session.ts';
import type { CameraIdentity } from './camera.ts';

/** The camera of a device, as it is set at the moment. */
export function identityOf(device: DeviceActor): CameraIdentity {
  const { deviceId: id, name, settings } = device;
  const purpose = device.deviceKind === 'station' ? 'station' : 'camera';
  const { minFace, wish, mounting, zone, rate } = settings;
  return { id, name, purpose, minFace, wish, mounting, zone, rate };
}
