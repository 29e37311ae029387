import type { types as ms } from 'mediasoup';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listenInfos, offeredCandidates } from './listen-addresses.ts';

const address = (ip: string, family: 'IPv4' | 'IPv6', internal = false) =>
  ({ address: ip, family, internal }) as NetworkInterfaceInfo;
const interfaces = {
  lo: [address('127.0.0.1', 'IPv4', true)],
  eth0: [address('192.0.2.7', 'IPv4'), address('2001:db8::7', 'IPv6')],
  docker0: [address('172.17.0.1', 'IPv4')],
  wg0: [address('10.8.0.1', 'IPv4')],
  wlan0: [address('198.51.100.7', 'IPv4')],
};

const ips = (listen: string[]) =>
  listenInfos({ listen, announce: undefined }, 44400)
    .filter(({ protocol }) => protocol === 'udp')
    .map(({ ip }) => ip);

describe('listenInfos', () => {
  it('media is received on every interface, because a worker cannot listen on more addresses later', () => {
    expect(ips([])).toEqual(['0.0.0.0']);
    expect(ips(['0.0.0.0'])).toEqual(['0.0.0.0']);
    expect(ips(['eth0'])).toEqual(['0.0.0.0']);
    expect(ips(['0.0.0.0', '192.0.2.7', '2001:db8::7'])).toEqual(['0.0.0.0', '2001:db8::7']);
  });

  it('media is received on nothing else where only addresses are configured', () => {
    expect(ips(['192.0.2.7', '2001:db8::7'])).toEqual(['192.0.2.7', '2001:db8::7']);
  });

  it('UDP and TCP have one port, or the worker chooses the ports', () => {
    const options = { listen: ['127.0.0.1'], announce: undefined };
    expect(listenInfos(options, 44400).map((i) => [i.protocol, i.port])).toEqual([
      ['udp', 44400],
      ['tcp', 44400],
    ]);
    expect(listenInfos(options, 0).every((i) => !('port' in i))).toBe(true);
  });
});

/** As mediasoup makes them for what `listenInfos` says. */
function candidates(listen: string[]): ms.IceCandidate[] {
  return listenInfos({ listen, announce: undefined }, 44400).map(({ ip, protocol }) => ({
    foundation: `${protocol}candidate`,
    priority: protocol === 'udp' ? 1_076_558_079 : 1_076_302_079,
    ip,
    address: ip,
    protocol,
    port: 44400,
    type: 'host',
    tcpType: protocol === 'tcp' ? 'passive' : undefined,
  }));
}
function offered(
  listen: string[],
  announce?: string,
  now: Parameters<typeof offeredCandidates>[2] = interfaces,
) {
  return offeredCandidates(candidates(listen), { listen, announce }, now);
}
const udp = (of: ms.IceCandidate[]) => of.filter(({ protocol }) => protocol === 'udp').map((c) => c.address);

describe('offeredCandidates', () => {
  it('loopback and the addresses on physical networks are offered, for UDP before TCP', () => {
    const all = offered([]);
    expect(all.map((c) => `${c.protocol} ${c.address}`)).toEqual([
      'udp 127.0.0.1',
      'udp 192.0.2.7',
      'udp 198.51.100.7',
      'tcp 127.0.0.1',
      'tcp 192.0.2.7',
      'tcp 198.51.100.7',
    ]);
    expect(new Set(all.map((c) => c.priority)).size).toBe(6);
    expect(all.every((c) => c.ip === c.address && c.port === 44400)).toBe(true);
  });

  it('the addresses are those that the machine has now', () => {
    expect(udp(offered([], undefined, { lo: interfaces.lo }))).toEqual(['127.0.0.1']);
    const other = { ...interfaces, eth0: [address('192.0.2.99', 'IPv4')] };
    expect(udp(offered([], undefined, other))).toEqual(['127.0.0.1', '192.0.2.99', '198.51.100.7']);
  });

  it('a virtual interface is offered only if it or its address is configured', () => {
    expect(udp(offered(['wg0']))).toEqual(['127.0.0.1', '10.8.0.1']);
    expect(udp(offered(['0.0.0.0', 'docker0']))).toEqual([
      '127.0.0.1',
      '192.0.2.7',
      '198.51.100.7',
      '172.17.0.1',
    ]);
    expect(udp(offered(['10.8.0.1']))).toEqual(['10.8.0.1']);
    expect(udp(offered(['gone0']))).toEqual(['127.0.0.1']);
  });

  it('the announced address comes before the first one that is not loopback, and 0.0.0.0 is never offered', () => {
    expect(udp(offered([], '203.0.113.9'))).toEqual([
      '127.0.0.1',
      '203.0.113.9',
      '192.0.2.7',
      '198.51.100.7',
    ]);
    expect(udp(offered(['127.0.0.1'], 'media.example.com'))).toEqual(['media.example.com', '127.0.0.1']);
    expect(udp(offered([], '203.0.113.9', {}))).toEqual(['203.0.113.9', '127.0.0.1']);
  });
});
