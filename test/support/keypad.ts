/** The keypad of a station, without a page: pairs a device and sends PINs over its socket. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { AttendanceEvent } from '#protocol/results.ts';
import { PROTOCOL_VERSION, type ServerMessage } from '#protocol/signaling.ts';
import type { Browser } from './rest-server.ts';

export class Keypad {
  readonly #socket: WebSocket;
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** `station` is paired with the server at `url`. */
  static async open(url: string, station: Browser): Promise<Keypad> {
    const cookie = [...station.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, { headers: { cookie, origin: url } });
    await once(socket, 'open');
    const keypad = new Keypad(socket);
    await keypad.#request('hello', { protocol: PROTOCOL_VERSION });
    return keypad;
  }

  /** @param requestId of a request that is repeated, because its answer was lost */
  type(number: string, pin: string, requestId: string = randomUUID()): Promise<AttendanceEvent> {
    const pass = { type: 'pin', number, pin };
    return this.#request('punch.identify', { requestId, pass }) as Promise<AttendanceEvent>;
  }

  /** The code with which the server closes the socket; 1006 where it did not say anything. */
  async closed(): Promise<number> {
    if (this.#socket.readyState === WebSocket.CLOSED) throw new Error('closed before somebody waited for it');
    const [code] = (await once(this.#socket, 'close')) as [number];
    return code;
  }

  /** Resolves with the next message of this kind that is no answer. */
  told(kind: string): Promise<ServerMessage> {
    const { promise, resolve } = Promise.withResolvers<ServerMessage>();
    const hear = (text: Buffer) => {
      const message = JSON.parse(text.toString('utf8')) as ServerMessage;
      if (!('notify' in message) || message.notify !== kind) return;
      this.#socket.off('message', hear);
      resolve(message);
    };
    this.#socket.on('message', hear);
    return promise;
  }

  close(): void {
    this.#socket.terminate();
  }

  #request(method: string, data: unknown): Promise<unknown> {
    this.#requests += 1;
    const id = this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const hear = (text: Buffer) => {
      const message = JSON.parse(text.toString('utf8')) as ServerMessage;
      if (!('id' in message) || message.id !== id) return;
      this.#socket.off('message', hear);
      if (message.ok) resolve(message.data);
      else reject(new Error(message.error.message));
    };
    this.#socket.on('message', hear);
    this.#socket.send(JSON.stringify({ id, method, data }));
    return promise;
  }
}
