import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listenInfos } from './listen-addresses.ts';

const address = (ip: string, family: 'IPv4' | 'IPv6', internal = false) =>
  ({ address: ip, family, internal }) as NetworkInterfaceInfo;
const interfaces = {
  lo: [address('127.0.0.1', 'IPv4', true)],
  eth0: [address('192.0.2.7', 'IPv4'), address('2001:db8::7', 'IPv6')],
  wlan0: [address('198.51.100.7', 'IPv4')],
};
const ips = (listen: string[], announce?: string) =>
  listenInfos({ listen, announce, port: 44400 }, interfaces)
    .filter((info) => info.protocol === 'udp')
    .map((info) => [info.ip, info.announcedAddress]);

describe('listenInfos', () => {
  it('listenInfos listens on loopback and every LAN IPv4 address by default', () => {
    expect(ips([])).toEqual([
      ['127.0.0.1', undefined],
      ['192.0.2.7', undefined],
      ['198.51.100.7', undefined],
    ]);
  });

  it('listenInfos never tells browsers to connect to 0.0.0.0', () => {
    expect(ips(['0.0.0.0'])).toEqual(ips([]));
    expect(ips(['127.0.0.1', '0.0.0.0'])).toEqual(ips([]));
  });

  it('listenInfos replaces the first address that is not loopback by the announced one', () => {
    expect(ips([], '203.0.113.9')).toEqual([
      ['127.0.0.1', undefined],
      ['192.0.2.7', '203.0.113.9'],
      ['198.51.100.7', undefined],
    ]);
    expect(ips(['127.0.0.1'], 'media.example.com')).toEqual([['127.0.0.1', 'media.example.com']]);
  });

  it('listenInfos uses one port for UDP and TCP, or lets the worker choose the ports', () => {
    const fixed = listenInfos({ listen: ['127.0.0.1'], announce: undefined, port: 44400 }, interfaces);
    expect(fixed.map((i) => [i.protocol, i.port])).toEqual([
      ['udp', 44400],
      ['tcp', 44400],
    ]);
    const free = listenInfos({ listen: ['127.0.0.1'], announce: undefined, port: 0 }, interfaces);
    expect(free.every((i) => !('port' in i))).toBe(true);
  });
});
