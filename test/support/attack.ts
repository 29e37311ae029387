/** A thousand hostile sockets, of every kind that costs a server something, from many loopback addresses. */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import net, { type Socket } from 'node:net';
import { WebSocket } from 'ws';

export interface AttackOptions {
  /** URL of the server, plain HTTP. */
  url: string;
  /** The UDP port on which the server receives media. */
  mediaPort: number;
  sockets: number;
  /** The stolen session cookie of an account. Sockets that send it are signed in and flood the server with requests. */
  cookie: string;
}

/** Number of addresses that the sockets come from, 127.0.0.2 upwards. Only on Linux is all of 127/8 loopback. */
const ADDRESSES = process.platform === 'linux' ? 25 : 1;
/** Time between two actions of one socket, ms. */
const PAUSE = 20;

type Kind = 'silent' | 'slow-head' | 'garbage' | 'forged-cookie' | 'guess' | 'stolen';
const KINDS: readonly Kind[] = ['silent', 'slow-head', 'garbage', 'forged-cookie', 'guess'];

export class Attack {
  /** Number of connections that were attempted, and number of those that the server ended or refused. */
  tried = 0;
  ended = 0;
  /** Number of messages and datagrams sent. */
  sent = 0;
  readonly #options: AttackOptions;
  readonly #open = new Set<{ destroy(): void }>();
  readonly #datagrams: Datagrams = createSocket('udp4');
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * Resolves when each socket has tried to connect once. The attack continues until `stop`: a socket that the server ends
   * is opened again.
   */
  static async start(options: AttackOptions): Promise<Attack> {
    const attack = new Attack(options);
    attack.#flood();
    await Promise.all(
      Array.from({ length: options.sockets }, (_, i) => attack.#keep(i, kindOf(i, options.sockets))),
    );
    return attack;
  }

  private constructor(options: AttackOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#open.size;
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#datagrams.close();
    for (const socket of this.#open) socket.destroy();
  }

  #flood(): void {
    const noise = Buffer.alloc(1_000, 0x80);
    this.#timer = setInterval(() => {
      for (let i = 0; i < 20; i += 1) {
        noise[0] = [0, 22, 0x80, 0xff][i % 4]!;
        this.#datagrams.send(noise, this.#options.mediaPort, '127.0.0.1');
        this.sent += 1;
      }
    }, PAUSE);
  }

  /** Keeps socket `i` connected. Resolves when its first connection was accepted or refused. */
  #keep(i: number, kind: Kind): Promise<void> {
    this.tried += 1;
    const localAddress = `127.0.0.${2 + (i % ADDRESSES)}`;
    return new Promise((resolve) => {
      const again = () => {
        resolve();
        this.ended += 1;
        if (this.#stopped) return;
        const timer = setTimeout(() => void this.#keep(i, kind), 10 * PAUSE);
        timer.unref();
      };
      if (kind === 'stolen') this.#floodFromInside(localAddress, resolve, again);
      else this.#connect(kind, localAddress, resolve, again);
    });
  }

  #connect(kind: Exclude<Kind, 'stolen'>, localAddress: string, opened: () => void, ended: () => void): void {
    const { hostname, port } = new URL(this.#options.url);
    const socket: Socket = net.connect({ host: '127.0.0.1', port: Number(port), localAddress });
    const host = `${hostname}:${port}`;
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.once('close', () => {
      this.#open.delete(socket);
      ended();
    });
    socket.once('connect', () => {
      opened();
      const text = FIRST[kind](host);
      if (text !== '') this.#write(socket, text);
      if (kind === 'slow-head') this.#drip(socket);
    });
  }

  #write(socket: Socket, text: string): void {
    if (socket.destroyed) return;
    socket.write(text);
    this.sent += 1;
  }

  #drip(socket: Socket): void {
    const timer = setInterval(() => this.#write(socket, 'x-a: b\r\n'), 500);
    socket.once('close', () => clearInterval(timer));
  }

  /** Opens a signaling socket with the stolen cookie and sends more requests than any page does. */
  #floodFromInside(localAddress: string, opened: () => void, ended: () => void): void {
    const { url, cookie } = this.#options;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket?as=account`, {
      headers: { cookie, origin: url },
      localAddress,
      perMessageDeflate: false,
    });
    const entry = { destroy: () => socket.terminate() };
    this.#open.add(entry);
    let n = 0;
    const ask = (method: string, data: object) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(JSON.stringify({ id: n++, method, data }));
      this.sent += 1;
    };
    let timer: NodeJS.Timeout | undefined;
    socket.on('error', () => {});
    socket.once('open', () => {
      opened();
      ask('hello', { protocol: 1 });
      ask('media.join', {});
      timer = setInterval(() => ask('media.create-transport', { direction: 'recv' }), PAUSE);
    });
    socket.once('close', () => {
      clearInterval(timer);
      this.#open.delete(entry);
      ended();
    });
  }
}

const FORGED = `muster_session=${'A'.repeat(43)}`;

/** The first bytes that a socket of each kind sends. */
const FIRST: Record<Exclude<Kind, 'stolen'>, (host: string) => string> = {
  silent: () => '',
  'slow-head': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n`,
  garbage: () => `${'\u0000\u0001GARBAGE'.repeat(500)}\r\n\r\n`,
  'forged-cookie': (host) =>
    `GET /socket HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nCookie: ${FORGED}\r\n` +
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  guess: (host) => {
    const body = JSON.stringify({ username: 'ada', password: 'a guess that is wrong' });
    return (
      `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    );
  },
};

/** The last ten sockets have the stolen cookie; the other kinds take turns. */
function kindOf(i: number, sockets: number): Kind {
  return i >= sockets - 10 ? 'stolen' : KINDS[i % KINDS.length]!;
}
