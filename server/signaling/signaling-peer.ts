import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import { SerialQueue } from '../async/serial.ts';
import type { MediaPeer } from '../media/media-peer.ts';
import { TokenBucket } from '../perimeter/token-bucket.ts';
import { MusterError } from '../protocol/error.ts';
import type { Actor } from '../protocol/session.ts';
import type { Notification, Reply, Request, ServerMessage } from '../protocol/signaling.ts';
import { CLOSE, type SOCKET_LIMITS } from '../protocol/limits.ts';
import { closeInTime } from './close-in-time.ts';
import { NO_ID, parseRequest } from './parse-request.ts';

export type SocketLimits = { [K in keyof typeof SOCKET_LIMITS]: number };

export interface SignalingPeerOptions {
  id: string;
  actor: Actor;
  /** Remote address. */
  address: string | null;
  socket: WebSocket;
  limits: SocketLimits;
  /** Who the cookies that it was opened with stand for now. */
  authenticate: () => Promise<Actor | null>;
  /** Answers one request; requests of a peer are answered one after another. */
  answer: (peer: SignalingPeer, request: Request) => Promise<Reply>;
  /** Once, when the peer is gone and what it held is to be freed. */
  onClosed: (peer: SignalingPeer) => void;
  log: Logger;
}

/** Unsent bytes at which a peer that does not read is dropped. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** One socket: bounds what comes in, keeps its order, and holds what the peer has elsewhere. */
export class SignalingPeer {
  readonly id: string;
  readonly address: string | null;
  actor: Actor;
  /** Its place on a media worker, from `media.join` until `media.leave` or until that worker dies. */
  media: MediaPeer | null = null;
  /** The enrollment it runs, if any: where that one's state is told. */
  enrollmentId: string | null = null;
  /** Has said hello. */
  greeted = false;
  readonly #socket: WebSocket;
  readonly #options: SignalingPeerOptions;
  readonly #log: Logger;
  readonly #bucket: TokenBucket;
  readonly #gone: Promise<void>;
  readonly #queue = new SerialQueue();
  #waiting = 0;
  #heardAt = performance.now();
  #closed = false;
  #faultLogged = false;
  readonly #helloTimer: NodeJS.Timeout;

  constructor(options: SignalingPeerOptions) {
    const { socket, limits } = options;
    this.id = options.id;
    this.address = options.address;
    this.actor = options.actor;
    this.#options = options;
    this.#socket = socket;
    this.#log = options.log;
    this.#bucket = new TokenBucket({ burst: limits.requestBurst, refill: 1_000 / limits.requestsPerSecond });
    this.#helloTimer = setTimeout(() => this.close(CLOSE.helloTimeout, 'no hello'), limits.helloTimeout);
    this.#gone = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#log.info({ event: 'socket.closed', peer: this.id, code });
        this.#dispose();
        resolve();
      });
    });
    socket.on('message', (data, binary) => this.#take(data, binary));
    socket.on('pong', () => {
      this.#heardAt = performance.now();
    });
    // Answered by ws itself, so it costs what a request costs.
    socket.on('ping', () => this.#admit());
    socket.on('error', (error) => this.#fault(error));
  }

  get closed(): boolean {
    return this.#closed;
  }

  greet(): void {
    this.greeted = true;
    clearTimeout(this.#helloTimer);
  }

  /** Pings; drops a peer that was not heard of for too long. */
  beat(): void {
    if (this.#closed) return;
    if (performance.now() - this.#heardAt > this.#options.limits.silenceTimeout) {
      this.#log.info({ event: 'socket.silent', peer: this.id });
      this.#socket.terminate();
    } else this.#socket.ping();
  }

  notify(notification: Notification): void {
    this.#send(notification);
  }

  /** Frees what the peer holds at once, and ends the connection even if the other side never answers. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#log.info({ event: 'socket.closing', peer: this.id, code, reason });
    this.#dispose();
    closeInTime(this.#socket, code, reason, this.#options.limits.closeTimeout);
  }

  /** Null: for nobody any more. Rejects where that cannot be told now. */
  authenticate(): Promise<Actor | null> {
    return this.#options.authenticate();
  }

  /** Resolves when the connection has ended. */
  gone(): Promise<void> {
    return this.#gone;
  }

  #take(data: RawData, binary: boolean): void {
    this.#heardAt = performance.now();
    if (!this.#admit()) return;
    if (binary) {
      const error = new MusterError('bad-request', 'A message is text, not binary.');
      this.#refuse(NO_ID, error);
      return;
    }
    // ws hands over one Buffer in its default `nodebuffer` mode.
    const parsed = parseRequest((data as Buffer).toString('utf8'));
    if ('error' in parsed) this.#refuse(parsed.id, parsed.error);
    else this.#enqueue(parsed.request);
  }

  /** False when there are too many: then the peer is told and dropped. */
  #admit(): boolean {
    if (this.#closed) return false;
    const { requestBurst } = this.#options.limits;
    if (this.#bucket.take() === 0 && this.#waiting < requestBurst) return true;
    this.#refuse(NO_ID, new MusterError('rate-limited', 'Too many requests: connect again, and ask less.'));
    this.close(CLOSE.flooding, 'too many requests');
    return false;
  }

  #enqueue(request: Request): void {
    this.#waiting += 1;
    const answered = this.#queue.run(async () => {
      try {
        if (!this.#closed) this.#send(await this.#options.answer(this, request));
      } finally {
        this.#waiting -= 1;
        // What a request opened while its peer was leaving.
        if (this.#closed) this.#options.onClosed(this);
      }
    });
    // A fault in answering must end this connection, not the server.
    answered.catch((error: unknown) => {
      this.#log.error(
        { event: 'socket.failed', peer: this.id, err: error },
        'a request could not be answered',
      );
      this.#socket.terminate();
    });
  }

  #refuse(id: number, error: MusterError): void {
    this.#fault(error);
    this.#send({ id, ok: false, error: error.toBody() });
  }

  /** Logged once a socket: a peer must not fill the disk. */
  #fault(error: Error): void {
    this.#log[this.#faultLogged ? 'debug' : 'warn']({
      event: 'socket.fault',
      peer: this.id,
      ...(error instanceof MusterError && { code: error.code }),
      reason: error.message,
    });
    this.#faultLogged = true;
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#log.warn({ event: 'socket.slow', peer: this.id });
      this.#socket.terminate();
      return;
    }
    this.#socket.send(JSON.stringify(message));
  }

  #dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#helloTimer);
    this.#options.onClosed(this);
  }
}
