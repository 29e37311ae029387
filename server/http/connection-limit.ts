import type { Server } from 'node:net';
import type { Logger } from 'pino';
import { addressKey } from '../perimeter/address-key.ts';

/** Refusals are counted and logged this often, ms: a flood must not fill the disk. */
const LOG_EVERY = 60_000;

/**
 * Ends new connections of an address (IPv6: of a /64) that holds `most` already, on all servers together, before TLS or
 * HTTP costs anything. Those that are there stay.
 */
export function limitConnections(servers: readonly Server[], most: number, log: Logger): void {
  const held = new Map<string, number>();
  let refused = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  for (const server of servers) {
    // Before the server's own listener: it shall not begin anything with what is refused.
    server.prependListener('connection', (socket) => {
      const key = addressKey(socket.remoteAddress);
      const count = held.get(key) ?? 0;
      if (count >= most) {
        socket.destroy();
        refused += 1;
        if (performance.now() - loggedAt < LOG_EVERY) return;
        log.warn(
          { event: 'connections.refused', address: key, refused, most },
          'an address has too many connections open: new ones are refused (logged at intervals)',
        );
        loggedAt = performance.now();
        refused = 0;
        return;
      }
      held.set(key, count + 1);
      socket.once('close', () => {
        const left = (held.get(key) ?? 1) - 1;
        if (left === 0) held.delete(key);
        else held.set(key, left);
      });
    });
  }
}
