/**
 * How many connections there may be, and how long one may take until it has asked something. A connection is proven once it
 * carried a request of an account, a device or a token; strangers can hold only a share, and only for so long.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { addressKey } from '../perimeter/address-key.ts';
import { onceProven } from '../perimeter/proven-connection.ts';

interface ConnectionLimits {
  /** Of one address (IPv6: of a /64), on all servers together. */
  perAddress: number;
  /** The same, of connections that are not proven. */
  unprovenPerAddress: number;
  /** On each server. */
  connections: number;
  /** Until the head of the first request is complete, with the TLS handshake, ms. */
  headersTimeout: number;
}

export interface ConnectionLimitOptions {
  limits: ConnectionLimits;
  /** One of our proxies: the connections of many callers have its address. */
  isProxy: (address: string) => boolean;
  log: Logger;
}

/** Refusals are counted and logged this often, ms: a flood must not fill the disk. */
const LOG_EVERY = 60_000;

interface Visit {
  /** The head of a request has arrived. */
  asked: () => void;
  proven: () => void;
  closed: () => void;
}

interface Share {
  held: number;
  unproven: number;
}

/**
 * Ends new connections beyond the share of an address before TLS or HTTP costs anything; those that are there stay. When a
 * server is full, the unproven connection that is there longest makes room, so that nobody is kept out by connections that
 * only wait.
 */
export function limitConnections(servers: readonly Server[], options: ConnectionLimitOptions): void {
  const { limits, isProxy } = options;
  const shares = new Map<string, Share>();
  const refuse = refusals(options.log);
  for (const server of servers) {
    /** By their far end: a request over TLS names the encrypted socket, not the connection beneath it. */
    const open = new Map<string, Visit>();
    /** Oldest first. */
    const unproven = new Set<Socket>();

    // Before the server's own listener: it shall not begin anything with what is refused.
    server.prependListener('connection', (connection: Socket) => {
      const key = addressKey(connection.remoteAddress);
      const share = shares.get(key) ?? { held: 0, unproven: 0 };
      const most = isProxy(connection.remoteAddress ?? '') ? limits.perAddress : limits.unprovenPerAddress;
      if (share.held >= limits.perAddress || share.unproven >= most) return refuse(connection, key);
      if (open.size >= limits.connections) {
        const [oldest] = unproven;
        if (!oldest) return refuse(connection, key);
        open.get(farEnd(oldest))?.closed();
        oldest.destroy();
      }
      share.held += 1;
      share.unproven += 1;
      shares.set(key, share);
      unproven.add(connection);

      const end = farEnd(connection);
      const late = setTimeout(() => connection.destroy(), limits.headersTimeout);
      const proven = once(() => {
        clearTimeout(late);
        share.unproven -= 1;
        unproven.delete(connection);
      });
      const closed = once(() => {
        proven();
        open.delete(end);
        share.held -= 1;
        if (share.held === 0) shares.delete(key);
      });
      open.set(end, { asked: () => clearTimeout(late), proven, closed });
      connection.once('close', closed);
      onceProven(connection, proven);
    });
    server.on('secureConnection', (socket: Socket) => {
      const visit = open.get(farEnd(socket));
      if (visit) onceProven(socket, visit.proven);
    });
    server.prependListener('request', ({ socket }) => open.get(farEnd(socket))?.asked());
  }
}

function refusals(log: Logger) {
  let refused = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (connection: Socket, address: string): void => {
    connection.destroy();
    refused += 1;
    if (performance.now() - loggedAt < LOG_EVERY) return;
    log.warn(
      { event: 'connections.refused', address, refused },
      'too many connections are open: new ones are refused (logged at intervals)',
    );
    loggedAt = performance.now();
    refused = 0;
  };
}

function farEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
