/**
 * The WebSocket to the server: requests with typed replies, notifications, and a connection that comes back
 * by itself. Nothing is queued while the connection is lost: a request then fails at once, and its caller decides.
 */
import { CLOSE } from '#protocol/limits.ts';
import type { Actor } from '#protocol/session.ts';
import {
  type Method,
  type Notification,
  PROTOCOL_VERSION,
  type Replies,
  type RequestData,
  type ServerMessage,
} from '#protocol/signaling.ts';
import { backoffDelay } from './backoff.ts';
import { ClientError, reportUnexpected } from './client-error.ts';
import { Observable } from './observable.ts';

/** Why a socket does not reconnect; the page tells the person what to do. */
export type SocketEnd = 'replaced' | 'revoked' | 'unauthenticated' | 'closed';

export type SocketState =
  | { state: 'idle' }
  /** `attempt` counts from 0 since the last good connection; `before`: there was one before. */
  | { state: 'connecting'; attempt: number; before: boolean }
  /** `connection` numbers the connections of this object; replies of an older one do not count. */
  | { state: 'open'; connection: number; actor: Actor; clockOffset: number }
  | { state: 'ended'; why: SocketEnd };

export interface SocketOptions {
  url: string;
  /**
   * Whether the server still knows this browser. Called when a connection could not be opened, because a refused
   * upgrade looks like an absent server. Rejects when the server cannot be reached.
   */
  known?: () => Promise<boolean>;
  /**
   * Whether the server answers at all; must not reject. Asked about every second while it is away, and the socket connects
   * as soon as it does: browsers delay sockets by seconds after some that failed, but not ordinary requests.
   */
  answers?: () => Promise<boolean>;
  /** A reply later than this fails its request, ms. */
  requestTimeout?: number;
  /** Heartbeat, ms: well inside the server's limit on silence. */
  pingEvery?: number;
  /** A server that leaves a heartbeat unanswered for this long counts as silent, ms. */
  silentAfter?: number;
  /** Delay before attempt n, ms. */
  delay?: (attempt: number) => number;
  /** Delay before the server is asked again whether it answers, ms. */
  askEvery?: () => number;
  /** Sent with every `hello`. */
  greeting?: () => Omit<RequestData<'hello'>, 'protocol'>;
  /** Signs the challenge of a server that knows the key of this device; null where the key is not here. */
  prove?: (challenge: string, actor: Actor) => Promise<string | null>;
  /** The server has just answered with its time; the round trip in ms. */
  onTime?: (serverTime: number, roundTrip: number) => void;
}

interface Pending {
  resolve: (data: never) => void;
  reject: (error: ClientError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The most requests in flight; more than this is a fault of the page itself, not a slow network. */
const MAX_PENDING = 64;

const ENDS: Record<number, SocketEnd> = {
  [CLOSE.unauthenticated]: 'unauthenticated',
  [CLOSE.revoked]: 'revoked',
  [CLOSE.replaced]: 'replaced',
};

export class SignalingSocket {
  readonly state = new Observable<SocketState>({ state: 'idle' });
  /** The connection seems open, but the server has not answered for some seconds. */
  readonly silent = new Observable(false);
  readonly #options: Required<SocketOptions>;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(notification: Notification) => void>();
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #nextId = 1;
  #connection = 0;
  #attempt = 0;
  /** Attempts that failed although the server answers: it refuses, and must not be pressed. */
  #refusals = 0;
  /** When the oldest heartbeat without an answer was sent, ms of performance.now(). */
  #unansweredSince: number | null = null;

  constructor(options: SocketOptions) {
    this.#options = {
      known: always,
      answers: always,
      requestTimeout: 10_000,
      pingEvery: 1_000,
      silentAfter: 2_000,
      delay: backoffDelay,
      // With jitter: the stations of an office must not ask all at once.
      askEvery: () => 700 + 600 * Math.random(),
      greeting: () => ({}),
      prove: () => Promise.resolve(null),
      onTime: () => {},
      ...options,
    };
  }

  /** Connects, also again after an end. */
  open() {
    if (this.#socket || this.#retry) return;
    globalThis.addEventListener?.('online', this.#hurry);
    this.#attempt = 0;
    this.#refusals = 0;
    this.#connect();
  }

  close() {
    this.#end('closed');
  }

  onNotification(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Rejects with the ClientError of the server, or with `not-connected` or `timeout`. */
  request<M extends Method>(
    method: M,
    data: RequestData<M>,
    timeout = this.#options.requestTimeout,
  ): Promise<Replies[M]> {
    if (this.state.value.state !== 'open') {
      return Promise.reject(
        new ClientError({ code: 'not-connected', message: 'The server cannot be reached.', retryable: true }),
      );
    }
    return this.#send(method, data, timeout);
  }

  #send<M extends Method>(
    method: M,
    data: RequestData<M>,
    timeout = this.#options.requestTimeout,
  ): Promise<Replies[M]> {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN || this.#pending.size >= MAX_PENDING) {
      return Promise.reject(
        new ClientError({ code: 'not-connected', message: 'The server cannot be reached.', retryable: true }),
      );
    }
    const id = this.#nextId++;
    return new Promise<Replies[M]>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(
          new ClientError({
            code: 'timeout',
            message: 'The server took too long to answer.',
            retryable: true,
          }),
        );
      }, timeout);
      this.#pending.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ id, method, data }));
    });
  }

  #connect() {
    this.#retry = null;
    this.state.set({ state: 'connecting', attempt: this.#attempt, before: this.#connection > 0 });
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#greet(socket).catch(() => socket.close());
    });
    socket.addEventListener('message', (event) => {
      if (socket === this.#socket) this.#receive(String(event.data));
    });
    socket.addEventListener('close', (event) => {
      if (socket === this.#socket) this.#lost(event.code);
    });
    // A failure to connect also fires `close`, which is handled above.
    socket.addEventListener('error', () => {});
  }

  async #greet(socket: WebSocket) {
    const asked = performance.now();
    const hello = { protocol: PROTOCOL_VERSION, ...this.#options.greeting() } as const;
    const { actor, serverTime, challenge, proofNeeded } = await this.#send('hello', hello);
    const roundTrip = performance.now() - asked;
    const clockOffset = serverTime + roundTrip / 2 - Date.now();
    // The first heartbeat comes later: a connection that breaks before it must leave a comparison of the clocks behind.
    this.#options.onTime(serverTime, roundTrip);
    if (challenge !== undefined) {
      const signature = await this.#options.prove(challenge, actor);
      if (socket !== this.#socket) return;
      if (signature !== null) await this.#send('device.prove', { signature });
      else if (proofNeeded) {
        this.#end('replaced');
        return;
      }
    }
    if (socket !== this.#socket) return;
    this.#attempt = 0;
    this.#refusals = 0;
    this.#connection += 1;
    this.#heartbeat = setInterval(() => this.#ping(socket), this.#options.pingEvery);
    this.state.set({ state: 'open', connection: this.#connection, actor, clockOffset });
  }

  #ping(socket: WebSocket) {
    const now = performance.now();
    if (this.#unansweredSince === null) this.#unansweredSince = now;
    else if (now - this.#unansweredSince >= this.#options.silentAfter) this.silent.set(true);
    // An unanswered ping is a dead path that TCP has not noticed yet: drop it now and reconnect.
    this.#send('ping', {})
      .then(({ serverTime }) => this.#options.onTime(serverTime, performance.now() - now))
      .catch((error: unknown) => {
        if (socket === this.#socket && ClientError.of(error).code === 'timeout') this.#drop();
      });
  }

  #receive(text: string) {
    this.#heard();
    let message: ServerMessage;
    try {
      message = JSON.parse(text) as ServerMessage;
    } catch {
      return;
    }
    if ('notify' in message) {
      for (const listener of this.#listeners) listener(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.ok) pending.resolve(message.data as never);
    else pending.reject(new ClientError(message.error));
  }

  #heard() {
    this.#unansweredSince = null;
    this.silent.set(false);
  }

  #drop() {
    const socket = this.#socket;
    this.#lost(1006);
    socket?.close();
  }

  #lost(code: number) {
    const refused = this.state.value.state === 'connecting';
    this.#socket = null;
    this.#settle();
    const why = ENDS[code];
    if (why) {
      this.#end(why);
      return;
    }
    if (refused) this.#askWhetherKnown();
    this.#await(this.#options.delay(this.#refusals));
    this.#refusals += 1;
  }

  /** Connects after this time, if the server answers then. */
  #await(delay: number) {
    this.#attempt += 1;
    this.state.set({ state: 'connecting', attempt: this.#attempt, before: this.#connection > 0 });
    const retry = setTimeout(() => {
      this.#options
        .answers()
        .then((answers) => {
          // In the meantime the network may have come back, or the socket may have been closed.
          if (this.#retry !== retry) return;
          if (answers) {
            this.#connect();
            return;
          }
          this.#refusals = 0;
          this.#await(this.#options.askEvery());
        })
        .catch(reportUnexpected);
    }, delay);
    this.#retry = retry;
  }

  #askWhetherKnown() {
    this.#options
      .known()
      .then((known) => {
        // In the meantime another attempt may have succeeded, or the socket may have been closed.
        if (!known && this.state.value.state === 'connecting') this.#end('unauthenticated');
      })
      .catch(() => {});
  }

  /** The network is back: reconnect now instead of waiting for the next attempt. */
  readonly #hurry = () => {
    if (!this.#retry) return;
    clearTimeout(this.#retry);
    this.#attempt = 0;
    this.#refusals = 0;
    this.#connect();
  };

  #settle() {
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#heard();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of pending) {
      clearTimeout(timer);
      reject(
        new ClientError({ code: 'not-connected', message: 'The connection was lost.', retryable: true }),
      );
    }
  }

  #end(why: SocketEnd) {
    globalThis.removeEventListener?.('online', this.#hurry);
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    const socket = this.#socket;
    this.#socket = null;
    this.#settle();
    socket?.close();
    this.state.set({ state: 'ended', why });
  }
}

const always = () => Promise.resolve(true);
