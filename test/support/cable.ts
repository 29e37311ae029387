/** The network between a browser and a server, for a test to pull out: everything passes until then, and nothing after. */
import { once } from 'node:events';
import net from 'node:net';

export class Cable {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #out = false;

  /** @param target a port of this machine */
  private constructor(target: number) {
    this.#server = net.createServer((near) => {
      if (this.#out) {
        near.resetAndDestroy();
        return;
      }
      const far = net.connect(target, 'localhost');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        // A server that is away resets its side; the browser sees the same.
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  /** @param url of the server */
  static async to(url: string): Promise<Cable> {
    const cable = new Cable(Number(new URL(url).port));
    cable.#server.listen(0, 'localhost');
    await once(cable.#server, 'listening');
    return cable;
  }

  /** Where the browser reaches the server. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as net.AddressInfo).port}`;
  }

  pullOut(): void {
    this.#out = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  plugIn(): void {
    this.#out = false;
  }

  close(): void {
    this.pullOut();
    this.#server.close();
  }
}
