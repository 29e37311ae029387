/** The network between the doors and the server: everything passes through this process, or nothing does. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

export interface RelayOptions {
  /** Ports of the server on 127.0.0.1. */
  http: number;
  media: number;
}

export class Relay {
  readonly httpPort: number;
  readonly mediaPort: number;
  readonly #tcp: net.Server;
  readonly #udp: dgram.Socket;
  readonly #sockets = new Set<net.Socket>();
  readonly #ways = new Map<string, dgram.Socket>();
  #silent = false;

  static async open(options: RelayOptions): Promise<Relay> {
    const tcp = net.createServer().listen(0, '127.0.0.1');
    const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    return new Relay(tcp, udp, options);
  }

  private constructor(tcp: net.Server, udp: dgram.Socket, { http, media }: RelayOptions) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.httpPort = (tcp.address() as net.AddressInfo).port;
    this.mediaPort = udp.address().port;
    tcp.on('connection', (browser) => {
      const server = net.connect(http, '127.0.0.1');
      this.#join(browser, server);
      this.#join(server, browser);
    });
    udp.on('message', (packet, { address, port }) => {
      if (this.#silent) return;
      this.#way(`${address}:${port}`, media, (answer) => this.#udp.send(answer, port, address)).send(packet);
    });
  }

  /** From now on no packet passes, in either direction, and no connection opens. */
  set silent(silent: boolean) {
    this.#silent = silent;
    for (const socket of this.#sockets) {
      if (silent) socket.pause();
      else socket.resume();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const way of this.#ways.values()) way.close();
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, 'close');
  }

  #join(from: net.Socket, to: net.Socket): void {
    this.#sockets.add(from);
    from.on('error', () => {});
    from.on('data', (part) => {
      if (to.write(part)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.#silent) from.resume();
      });
    });
    from.once('end', () => to.end());
    from.once('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#silent) from.pause();
  }

  /** The socket that speaks to the server for one peer, because the server tells peers apart by their ports. */
  #way(peer: string, port: number, onAnswer: (answer: Buffer) => void): { send(packet: Buffer): void } {
    let way = this.#ways.get(peer);
    if (!way) {
      way = dgram.createSocket('udp4');
      way.on('message', (answer) => {
        if (!this.#silent) onAnswer(answer);
      });
      // The media worker may be gone for a moment.
      way.on('error', () => {});
      this.#ways.set(peer, way);
    }
    const open = way;
    return { send: (packet) => open.send(packet, port, '127.0.0.1') };
  }
}
