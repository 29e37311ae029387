import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { limitConnections } from './connection-limit.ts';

let server: net.Server;
const open: Socket[] = [];

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
  server.close();
});

async function listen(most: number): Promise<number> {
  server = net.createServer((socket) => socket.write('in'));
  limitConnections([server], most, pino({ level: 'silent' }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Whether the server accepts the connection: an accepted one receives data, a refused one is closed. */
async function connect(port: number, localAddress = '127.0.0.1'): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  open.push(socket);
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
}

it('a connection beyond the share of an address is refused, and accepted again when one has gone', async () => {
  const port = await listen(2);
  expect(await connect(port)).toBe(true);
  expect(await connect(port)).toBe(true);
  expect(await connect(port)).toBe(false);
  open[0]!.destroy();
  await expect.poll(() => connect(port)).toBe(true);
});

it.skipIf(process.platform !== 'linux')(
  'the connections of each address are counted separately',
  async () => {
    const port = await listen(1);
    expect(await connect(port)).toBe(true);
    expect(await connect(port)).toBe(false);
    expect(await connect(port, '127.0.0.2')).toBe(true);
  },
);
