import type { NetworkInterfaceInfo } from 'node:os';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { type Interfaces, Network } from './network.ts';

const log = pino({ level: 'silent' });
const ipv4 = (address: string) => [{ address, family: 'IPv4', internal: false } as NetworkInterfaceInfo];
let network: Network;
afterEach(() => network.close());

it('the addresses that came and went are reported, and nothing when they stay', () => {
  let now: Interfaces = {};
  network = new Network({ log, read: () => now, period: 60_000 });
  const changes: unknown[] = [];
  network.on('addresses.changed', (change) => changes.push(change));
  network.look();
  now = { eth0: ipv4('192.0.2.7') };
  network.look();
  network.look();
  now = { eth0: ipv4('192.0.2.8') };
  network.look();
  expect(changes).toEqual([
    { added: ['192.0.2.7'], removed: [] },
    { added: ['192.0.2.8'], removed: ['192.0.2.7'] },
  ]);
  expect(network.interfaces).toBe(now);
});

it('the interfaces are looked at again and again', async () => {
  let now: Interfaces = {};
  network = new Network({ log, read: () => now, period: 10 });
  const changed = new Promise((resolve) => network.once('addresses.changed', resolve));
  now = { eth0: ipv4('192.0.2.7') };
  expect(await changed).toEqual({ added: ['192.0.2.7'], removed: [] });
});

it('the interfaces of this machine are read where nothing else is given', () => {
  network = new Network({ log });
  expect(JSON.stringify(network.interfaces)).toContain('127.0.0.1');
});
