import type { NetworkInterfaceInfo } from 'node:os';
import type { types as ms } from 'mediasoup';

export interface ListenOptions {
  /** Addresses to listen on. An empty list or `0.0.0.0` stands for loopback and every IPv4 address in the LAN. */
  listen: readonly string[];
  /** Address announced to browsers instead of the first one that is not loopback (NAT, containers). */
  announce: string | undefined;
  /** The same port for UDP and TCP; 0 lets the worker pick free ones. */
  port: number;
}

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>;

/**
 * One UDP and one TCP entry for each address. A wildcard address is replaced by all addresses, because its own candidates
 * would tell browsers to connect to `0.0.0.0`. Pure.
 */
export function listenInfos(options: ListenOptions, interfaces: Interfaces): ms.TransportListenInfo[] {
  const local = [
    '127.0.0.1',
    ...Object.values(interfaces)
      .flatMap((infos) => infos ?? [])
      .filter((info) => info.family === 'IPv4' && !info.internal)
      .map((info) => info.address),
  ];
  const named = (name: string) =>
    interfaces[name]?.filter((info) => info.family === 'IPv4').map((info) => info.address);
  const wanted = options.listen.length > 0 ? options.listen : ['0.0.0.0'];
  const addresses = [...new Set(wanted.flatMap((ip) => (ip === '0.0.0.0' ? local : (named(ip) ?? [ip]))))];
  const announced =
    options.announce === undefined ? undefined : (addresses.find((ip) => !isLoopback(ip)) ?? addresses[0]);
  return addresses.flatMap((ip) => {
    const info: Omit<ms.TransportListenInfo, 'protocol'> = { ip };
    if (options.port > 0) info.port = options.port;
    if (ip === announced) {
      info.announcedAddress = options.announce;
      // The LAN address remains a candidate too, so that the analyzer and browsers in the LAN need no detour.
      info.exposeInternalIp = true;
    }
    return [
      { protocol: 'udp' as const, ...info },
      { protocol: 'tcp' as const, ...info },
    ];
  });
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}
