import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Actor } from '../protocol/session.ts';
import { addressOf, type AddressReader } from '../perimeter/client-address.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { prove } from '../perimeter/proven-connection.ts';
import { RATE_LIMITS, RateLimit } from '../perimeter/rate-limit.ts';

export interface UpgradeGateOptions {
  servers: readonly Server[];
  path: string;
  maxMessageBytes: number;
  /** Determines the remote address of a request, taking trusted proxies into account. */
  readAddress?: AddressReader | undefined;
  originAllowed: (request: IncomingMessage) => boolean;
  authenticate: (request: IncomingMessage) => Promise<Actor | null>;
  /** Called for each socket that was admitted. */
  onConnection: (socket: WebSocket, actor: Actor, request: IncomingMessage) => void;
  log: Logger;
}

const REASONS = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Admits a WebSocket only after its origin and its cookie were checked, so that a stranger never holds one. */
export class UpgradeGate {
  readonly #options: UpgradeGateOptions;
  readonly #sockets: WebSocketServer;
  readonly #limit = new RateLimit(RATE_LIMITS.upgrade);
  #closed = false;
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener, a connection that breaks during authentication would end this process.
    socket.on('error', ignore);
    this.#admit(request, socket, head).catch((error: unknown) => {
      this.#options.log.error({ event: 'upgrade.failed', err: error }, 'a socket could not be admitted');
      refuse(socket, 500);
    });
  };

  constructor(options: UpgradeGateOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
    });
    for (const server of options.servers) server.on('upgrade', this.#onUpgrade);
  }

  /** Admits no more sockets. Open sockets stay open; later requests are answered with 503 while the servers listen. */
  close(): void {
    this.#closed = true;
    this.#sockets.close();
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { path, originAllowed, authenticate, onConnection, servers } = this.#options;
    if (request.url?.split('?', 1)[0] !== path) {
      // Another listener (such as the reload of a development server) may handle it.
      if (servers.every((server) => server.listenerCount('upgrade') <= 1)) refuse(socket, 404);
      else prove(request);
      return;
    }
    if (this.#closed) return refuse(socket, 503);
    this.#options.readAddress?.(request);
    if (!this.#limit.allows(addressKey(addressOf(request)))) return refuse(socket, 429);
    if (!originAllowed(request)) return refuse(socket, 403);
    const actor = await authenticate(request);
    if (!actor) return refuse(socket, 401);
    prove(request);
    if (this.#closed) return refuse(socket, 503);
    if (socket.destroyed) return;
    socket.off('error', ignore);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
      onConnection(webSocket, actor, request),
    );
  }
}

/** For a connection that breaks before it is admitted, which needs no handling. */
function ignore(): void {}

function refuse(socket: Duplex, status: keyof typeof REASONS): void {
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
