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
  /** The actor to whom the cookies of the opening request belong now; null if their session has ended. */
  authenticate: () => Promise<Actor | null>;
  /** Answers one request. The requests of a peer are answered one after another. */
  answer: (peer: SignalingPeer, request: Request) => Promise<Reply>;
  /**
   * Called when the peer is closed, to release what it holds. Called again if a request that was still being answered
   * may have opened something after that.
   */
  onClosed: (peer: SignalingPeer) => void;
  log: Logger;
}

/** A peer that does not read is disconnected at this many unsent bytes. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** One socket: limits its requests, answers them in order, and holds what the peer has opened. */
export class SignalingPeer {
  readonly id: string;
  readonly address: string | null;
  actor: Actor;
  /** What it has on a media worker, from `media.join` until `media.leave` or until that worker dies. */
  media: MediaPeer | null = null;
  /** The enrollment of which this peer receives the state, if any. */
  enrollmentId: string | null = null;
  /** Whether it has sent `hello`. */
  greeted = false;
  readonly #socket: WebSocket;
  readonly #options: SignalingPeerOptions;
  readonly #log: Logger;
  readonly #bucket: TokenBucket;
  readonly #gone: Promise<void>;
  readonly #queue = new SerialQueue();
  #waiting = 0;
  #closed = false;
  #faultLogged = false;
  readonly #helloTimer: NodeJS.Timeout;
  /** Starts again with each sign of life. Comparing at each heartbeat instead would be late by up to a heartbeat. */
  readonly #silenceTimer: NodeJS.Timeout;

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
    this.#silenceTimer = setTimeout(() => this.#drop(), limits.silenceTimeout);
    this.#gone = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#log.info({ event: 'socket.closed', peerId: this.id, code }, 'socket closed');
        this.#dispose();
        resolve();
      });
    });
    socket.on('message', (data, binary) => this.#take(data, binary));
    socket.on('pong', () => void this.#silenceTimer.refresh());
    // The library answers a ping itself, so a ping counts as a request.
    socket.on('ping', () => this.#admit());
    socket.on('error', (error) => this.#fault(error));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Records that the peer has sent `hello`. */
  greet(): void {
    this.greeted = true;
    clearTimeout(this.#helloTimer);
  }

  /** Sends a ping, so that a peer with nothing to say shows that it is there. Call it regularly. */
  beat(): void {
    if (!this.#closed) this.#socket.ping();
  }

  notify(notification: Notification): void {
    this.#send(notification);
  }

  /** Releases what the peer holds at once, and ends the connection even if the other side never answers. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#log.info({ event: 'socket.closing', peerId: this.id, code, reason }, 'closing socket');
    this.#dispose();
    closeInTime(this.#socket, code, reason, this.#options.limits.closeTimeout);
  }

  /** The current actor of the session; null if the session has ended. Rejects if that cannot be determined now. */
  authenticate(): Promise<Actor | null> {
    return this.#options.authenticate();
  }

  /** Resolves when the connection has ended. */
  gone(): Promise<void> {
    return this.#gone;
  }

  #drop(): void {
    this.#log.info({ event: 'socket.silent', peerId: this.id }, 'socket is silent, disconnecting it');
    this.#socket.terminate();
  }

  #take(data: RawData, binary: boolean): void {
    this.#silenceTimer.refresh();
    if (!this.#admit()) return;
    if (binary) {
      const error = new MusterError('bad-request', 'A message must be text, not binary.');
      this.#refuse(NO_ID, error);
      return;
    }
    // In its default mode `nodebuffer`, the library passes one Buffer.
    const parsed = parseRequest((data as Buffer).toString('utf8'));
    if ('error' in parsed) this.#refuse(parsed.id, parsed.error);
    else this.#enqueue(parsed.request);
  }

  /** False if there are too many requests; then the peer is notified and disconnected. */
  #admit(): boolean {
    if (this.#closed) return false;
    const { requestBurst } = this.#options.limits;
    if (this.#bucket.take() === 0 && this.#waiting < requestBurst) return true;
    this.#refuse(NO_ID, new MusterError('rate-limited', 'Too many requests: connect again, and send fewer.'));
    this.close(CLOSE.flooding, 'too many requests');
    return false;
  }

  #enqueue(request: Request): void {
    this.#waiting += 1;
    const answered = this.#queue.run(() => this.#answer(request));
    // A fault in answering must never reach `unhandledRejection`, which would end the server.
    answered.catch((error: unknown) => {
      this.#log.error(
        { event: 'socket.failed', peerId: this.id, err: error },
        'disconnecting a failed socket',
      );
      this.#socket.terminate();
    });
  }

  async #answer(request: Request): Promise<void> {
    try {
      if (!this.#closed) this.#send(await this.#options.answer(this, request));
    } catch (error) {
      // Either `answer` itself failed, or its reply cannot be written as JSON.
      const { id, method } = request;
      this.#log.error({ event: 'request.failed', peerId: this.id, method, err: error }, 'request failed');
      this.#send({ id, ok: false, error: internalError().toBody() });
    } finally {
      this.#waiting -= 1;
      // The request may have opened something while the peer was being closed.
      if (this.#closed) this.#options.onClosed(this);
    }
  }

  #refuse(id: number, error: MusterError): void {
    this.#fault(error);
    this.#send({ id, ok: false, error: error.toBody() });
  }

  /** Warns only once for each socket, so that a peer cannot fill the disk with log lines. */
  #fault(error: Error): void {
    const code = error instanceof MusterError && { code: error.code };
    this.#log[this.#faultLogged ? 'debug' : 'warn'](
      { event: 'socket.fault', peerId: this.id, ...code, reason: error.message },
      'invalid message or failed connection',
    );
    this.#faultLogged = true;
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#log.warn({ event: 'socket.slow', peerId: this.id }, 'socket does not read, disconnecting it');
      this.#socket.terminate();
      return;
    }
    this.#socket.send(JSON.stringify(message));
  }

  #dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#silenceTimer);
    this.#options.onClosed(this);
  }
}

/** The answer to a request that failed because of a fault in the server. */
export function internalError(): MusterError {
  return new MusterError('internal', 'Something went wrong on the server. Please try again in a moment.');
}
