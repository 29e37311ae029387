/**
 * A tied camera may publish to another server than the station that shows its results: then the station is told what became a
 * punch, as soon as the events of the database say that there are new ones.
 */
import type { DeviceService } from '../devices/device-service.ts';
import { screenOf } from '../devices/display-tie.ts';
import type { MediaServer } from '../media/media-server.ts';
import type { Outbox } from '../outbox/outbox.ts';

export interface TiedResultsOptions {
  outbox: Pick<Outbox, 'on'>;
  devices: Pick<DeviceService, 'door' | 'doors'>;
  media: Pick<MediaServer, 'cameras' | 'tellMissing'>;
  /** IDs of the devices that are connected to this server. */
  connected: () => readonly string[];
}

export function followTiedCameras({ outbox, devices, media, connected }: TiedResultsOptions): void {
  const looking = new Set<string>();
  const again = new Set<string>();
  const look = async (station: string): Promise<void> => {
    if (looking.has(station)) {
      again.add(station);
      return;
    }
    looking.add(station);
    do {
      again.delete(station);
      await media.tellMissing(station);
    } while (again.has(station));
    looking.delete(station);
  };
  outbox.on('events.sequenced', () => {
    const here = new Set(connected());
    const stations = new Set<string>();
    for (const camera of devices.doors()) {
      if (camera.settings.station === null) continue;
      const screen = screenOf(camera, devices);
      // What is seen here is told at once, and with what no database has: that somebody is in already. A camera that has gone
      // to another server may leave its session here for a while.
      const elsewhere = media.cameras.get(camera.deviceId)?.state().status !== 'live';
      if (screen && elsewhere && here.has(screen.deviceId)) stations.add(screen.deviceId);
    }
    for (const station of stations) void look(station);
  });
}
