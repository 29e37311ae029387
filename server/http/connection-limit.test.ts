import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { prove } from '../perimeter/proven-connection.ts';
import { variables } from '../../config/variables.ts';
import { endsAt } from '../../test/support/time-limit.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { listen, type Listening } from './listen.ts';

const pair = await generate([{ name: 'commonName', value: 'localhost' }]);
const opened: { close(): unknown }[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

/** A server that knows the callers who say so. `perAddress` and `limits` are small, so that a test need not open hundreds. */
async function open(limits: Partial<HttpLimits> = {}, perAddress = 100, proxy?: string): Promise<Listening> {
  const doors = await listen({
    http: { host: '127.0.0.1', port: 0 },
    https: { host: '127.0.0.1', port: 0, cert: pair.cert, key: pair.private },
    perAddress,
    isProxy: (address) => address === proxy,
    limits,
    log: pino({ level: 'silent' }),
  });
  opened.push(doors);
  doors.serve((req: IncomingMessage, res) => {
    if (req.headers['x-known']) prove(req);
    // A large answer, for whoever does not read it.
    if (req.url === '/large') res.end(Buffer.alloc(64 * 1024 * 1024));
    else {
      req.resume();
      req.on('end', () => res.end('here'));
    }
  });
  return doors;
}

function connect(port: number, localAddress = '127.0.0.1'): Socket {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.on('error', () => {});
  return socket;
}

function connectTls(port: number): tls.TLSSocket {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  sockets.push(socket);
  socket.on('error', () => {});
  return socket;
}

/** An error while writing is not a failure: writing to a closed connection is answered by a reset. */
const closed = async (socket: Socket) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  if (!socket.closed) await promise;
  return socket.closed;
};
const head = (more = '') => `GET / HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

/** Sends a request; `true` when it is answered, `false` when the connection ends without an answer. */
async function ask(socket: Socket, more = ''): Promise<boolean> {
  if (socket.closed) return false;
  socket.write(head(more));
  return Promise.race([once(socket, 'data').then(() => true), closed(socket).then(() => false)]);
}

/** What slow connections do that never ask for anything. */
const SLOW: readonly [string, (doors: Listening) => Socket, string][] = [
  ['that sends nothing', (doors) => connect(doors.httpPort), ''],
  ['to the TLS port that sends no hello', (doors) => connect(doors.httpsPort), ''],
  ['that is encrypted and then sends nothing', (doors) => connectTls(doors.httpsPort), ''],
  ['that sends half a head', (doors) => connect(doors.httpPort), 'GET / HTTP/1.1\r\nHost: '],
  [
    'that is encrypted and sends half a head',
    (doors) => connectTls(doors.httpsPort),
    'GET / HTTP/1.1\r\nHost: ',
  ],
];

async function sends(socket: Socket, text: string, more?: { every: number }): Promise<void> {
  if (text !== '') socket.write(text);
  const drip = more && setInterval(() => socket.write('a'), more.every);
  socket.resume();
  await closed(socket);
  clearInterval(drip);
}

const connectionsOf = (server: Server) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

describe('how long a connection may take', () => {
  it('slow connections of every kind are closed after 10 s', { timeout: 90_000 }, async () => {
    const doors = await open();
    const limit = HTTP_LIMITS.headersTimeout;
    expect(limit).toBe(10_000);
    const outcomes = SLOW.map(async ([what, connecting, text]) => [
      what,
      await endsAt(limit, () => sends(connecting(doors), text)),
    ]);
    outcomes.push(
      (async () => [
        'that sends its head byte by byte',
        await endsAt(limit, () =>
          sends(connect(doors.httpPort), 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', { every: 500 }),
        ),
      ])(),
    );
    for (const [what, outcome] of await Promise.all(outcomes))
      expect(`${what}: ${outcome}`).toBe(`${what}: in time`);
  });

  it('a second head that never ends closes the connection too', async () => {
    const { httpPort } = await open({ headersTimeout: 400 });
    const socket = connect(httpPort);
    expect(await ask(socket)).toBe(true);
    socket.write('GET / HTTP/1.1\r\nHost: ');
    socket.resume();
    expect(await closed(socket)).toBe(true);
  });

  it('a body that never ends closes the connection when the time for the request is over', async () => {
    const { httpPort } = await open({ headersTimeout: 300, requestTimeout: 1_000 });
    const socket = connect(httpPort);
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n';
    expect(await endsAt(1_000, () => sends(socket, head, { every: 100 }))).toBe('in time');
    expect(HTTP_LIMITS.requestTimeout).toBe(30_000);
  });

  it('an answer that nobody reads closes the connection when nothing has moved for long', async () => {
    const { servers, httpPort } = await open({ stallTimeout: 800 });
    const socket = connect(httpPort);
    socket.pause();
    const [server] = servers;
    const stalls = async () => {
      const [[held]] = (await Promise.all([
        once(server!, 'connection'),
        once(socket, 'connect').then(() => socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n')),
      ])) as [[Socket], boolean];
      await closed(held);
    };
    expect(await endsAt(800, stalls)).toBe('in time');
    expect(HTTP_LIMITS.stallTimeout).toBe(60_000);
  });

  it('a connection with a complete request outlives the time for the head', async () => {
    const { httpPort } = await open({ headersTimeout: 200, requestTimeout: 5_000 });
    const socket = connect(httpPort);
    const late = connect(httpPort);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n');
    late.resume();
    expect(await closed(late)).toBe(true);
    expect(socket.closed).toBe(false);
    socket.write('a');
    await once(socket, 'data');
  });

  it('the head may have no more than its size', async () => {
    const { httpPort } = await open();
    const fits = await fetch(`http://127.0.0.1:${httpPort}/`, {
      headers: { 'x-long': 'a'.repeat(HTTP_LIMITS.headerBytes - 512) },
    });
    expect(fits.status).toBe(200);
    const tooLong = await fetch(`http://127.0.0.1:${httpPort}/`, {
      headers: { 'x-long': 'a'.repeat(HTTP_LIMITS.headerBytes) },
    });
    expect(tooLong.status).toBe(431);
  });
});

describe('how many connections there may be', () => {
  it('one address may hold 64 connections of strangers and 256 of those who are known', async () => {
    const most = variables.shape.MUSTER_CONNECTIONS_PER_ADDRESS.parse(undefined);
    const { httpPort, servers } = await open({}, most);
    const held = async (more: string) => {
      for (let i = 0; ; i += 1) if (!(await ask(connect(httpPort), more))) return i;
    };
    const strangers = await held('');
    expect(strangers).toBe(HTTP_LIMITS.unprovenPerAddress);
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(() => connectionsOf(servers[0]!)).toBe(0);
    expect(await held('X-Known: 1\r\n')).toBe(most);
    expect([strangers, most]).toEqual([64, 256]);
  });

  it('a connection beyond the share of an address is refused, and accepted again when one has gone', async () => {
    const { httpPort, httpsPort } = await open({ unprovenPerAddress: 2 });
    const first = connect(httpPort);
    expect(await ask(first)).toBe(true);
    // The ports count together.
    const second = connectTls(httpsPort);
    await once(second, 'secureConnect');
    expect(await ask(connect(httpPort))).toBe(false);
    first.destroy();
    await expect.poll(() => ask(connect(httpPort))).toBe(true);
  });

  it('the connections of somebody who is known do not count as those of strangers, over HTTP and HTTPS', async () => {
    const { httpPort, httpsPort } = await open({ unprovenPerAddress: 1 }, 3);
    expect(await ask(connect(httpPort), 'X-Known: 1\r\n')).toBe(true);
    expect(await ask(connectTls(httpsPort), 'X-Known: 1\r\n')).toBe(true);
    expect(await ask(connect(httpPort))).toBe(true);
    // But they count as connections of the address.
    expect(await ask(connect(httpPort), 'X-Known: 1\r\n')).toBe(false);
  });

  it('a proxy of ours may hold the whole share of an address without being known', async () => {
    const { httpPort } = await open({ unprovenPerAddress: 1 }, 3, '127.0.0.1');
    for (let i = 0; i < 3; i++) expect(await ask(connect(httpPort))).toBe(true);
    expect(await ask(connect(httpPort))).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')(
    'the connections of each address are counted separately',
    async () => {
      const { httpPort } = await open({ unprovenPerAddress: 1 });
      expect(await ask(connect(httpPort))).toBe(true);
      expect(await ask(connect(httpPort))).toBe(false);
      expect(await ask(connect(httpPort, '127.0.0.2'))).toBe(true);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'a port has room for 2,000 connections, and then the oldest of strangers is closed for each new one',
    async () => {
      const { httpPort, servers } = await open({ headersTimeout: 120_000, requestTimeout: 120_000 });
      const from = async (i: number) => {
        const socket = connect(httpPort, `127.0.${1 + Math.floor(i / 50)}.1`);
        await once(socket, 'connect');
        return socket.resume();
      };
      const [oldest, second] = [await from(0), await from(1)];
      for (let i = 2; i < HTTP_LIMITS.connections; i += 1) await from(i);
      await expect.poll(() => connectionsOf(servers[0]!)).toBe(2_000);
      expect(oldest.closed).toBe(false);
      await from(HTTP_LIMITS.connections);
      expect(await closed(oldest)).toBe(true);
      expect(await connectionsOf(servers[0]!)).toBe(2_000);
      expect(second.closed).toBe(false);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'a flood of slow connections from many addresses keeps nobody out: the oldest of them makes room',
    async () => {
      const { httpPort } = await open({ connections: 40, unprovenPerAddress: 10 });
      const known = connect(httpPort, '127.0.1.1');
      expect(await ask(known, 'X-Known: 1\r\n')).toBe(true);
      const slow: Socket[] = [];
      for (let i = 0; i < 200; i++) {
        const socket = connect(httpPort, `127.0.0.${2 + Math.floor(i / 10)}`);
        slow.push(socket);
        await once(socket, 'connect');
        socket.write('GET / HTTP/1.1\r\nHost: ');
        socket.resume();
      }
      expect(await ask(connect(httpPort, '127.0.2.1'))).toBe(true);
      expect(await ask(known)).toBe(true);
      expect(await closed(slow[0]!)).toBe(true);
      await expect.poll(() => slow.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(39);
    },
  );
});
