/**
 * A tied camera may publish to another server than the station that shows its results: then the station is told what became a
 * punch, as soon as the events of the database say that there are new ones.
 */
import type { DeviceService } from '../devices/device-service.ts';
import { tiedTo } from '../devices/display-tie.ts';
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
    for (const id of connected()) {
      const station = devices.door(id);
      if (station?.deviceKind !== 'station') continue;
      // What is seen here is told at once, and with what no database has: that somebody is in already. A camera that has gone
      // to another server may leave its session here for a while.
      const elsewhere = tiedTo(station, devices).some(
        (camera) => media.cameras.get(camera)?.state().status !== 'live',
      );
      if (elsewhere) void look(id);
    }
  });
}
