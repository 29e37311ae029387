import type { DeviceSettings } from '#protocol/devices.ts';

/** Whether a station has a camera of its own. A server of an earlier version does not say it: then it has one. */
export function usesOwnCamera({ ownCamera = true }: Partial<Pick<DeviceSettings, 'ownCamera'>>): boolean {
  return ownCamera;
}
