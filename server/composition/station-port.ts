/** Connects the socket to what is known of devices. */
import type { Logger } from 'pino';
import { auditContext } from '../audit/audit-context.ts';
import type { ClaimService } from '../attendance/claim-service.ts';
import type { DeviceService } from '../devices/device-service.ts';
import { RateLimit } from '../perimeter/rate-limit.ts';
import type { StationPort } from '../signaling/station-port.ts';

/** Rivals of one device that the audit trail records: three at once, then one every ten minutes. */
const RECORDED = { burst: 3, refill: 600_000 };

export function stationPort({
  devices,
  claims,
  log,
}: {
  devices: DeviceService;
  claims: ClaimService;
  log: Logger;
}): StationPort {
  const limit = new RateLimit(RECORDED);
  return {
    keyOf: async (deviceId) => (await devices.stationOf(deviceId))?.publicKey ?? null,
    registerKey: async (deviceId, publicKey) => {
      await devices.registerKey(deviceId, Buffer.from(publicKey));
      return claims.publicKey();
    },
    onRival: (deviceId, rival) => {
      if (!limit.allows(`${deviceId}/${rival.act}`)) return;
      auditContext
        .run({ actor: null, address: rival.to }, () => devices.recordRival(deviceId, rival))
        .catch((error: unknown) =>
          log.error(
            { event: 'device.rival-not-recorded', deviceId, err: error },
            'a rival could not be recorded',
          ),
        );
    },
  };
}
