import type { NetworkInterfaceInfo } from 'node:os';
import type { types as ms } from 'mediasoup';

export interface ListenOptions {
  /** Addresses to listen on; none: loopback and every LAN IPv4 address. `0.0.0.0` stands for the same. */
  listen: readonly string[];
  /** Address that browsers are told in place of the first that is not loopback (NAT, containers). */
  announce: string | undefined;
  /** The same port for UDP and TCP; 0 lets the worker pick free ones. */
  port: number;
}

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>;

/**
 * One UDP and one TCP entry per address. A wildcard address is never listened on itself: its candidates
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
  const wanted = options.listen.length > 0 ? options.listen : ['0.0.0.0'];
  const addresses = [...new Set(wanted.flatMap((ip) => (ip === '0.0.0.0' ? local : [ip])))];
  const announced =
    options.announce === undefined ? undefined : (addresses.find((ip) => !isLoopback(ip)) ?? addresses[0]);
  return addresses.flatMap((ip) => {
    const info: Omit<ms.TransportListenInfo, 'protocol'> = { ip };
    if (options.port > 0) info.port = options.port;
    if (ip === announced) {
      info.announcedAddress = options.announce;
      // The LAN address stays a candidate too: the analyzer and browsers beside the server need no detour.
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
