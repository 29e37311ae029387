import { isIP } from 'node:net';
import type { types as ms } from 'mediasoup';
import { lanAddresses } from '../network/lan-addresses.ts';
import type { Interfaces } from '../network/network.ts';

export interface ListenOptions {
  /**
   * Addresses, names of interfaces, or `0.0.0.0` for loopback and every IPv4 address in the LAN; an empty list stands for
   * `0.0.0.0`.
   */
  listen: readonly string[];
  /** Address offered to browsers before the first one that is not loopback (NAT, containers). */
  announce: string | undefined;
}

const EVERYWHERE = '0.0.0.0';

/**
 * One UDP and one TCP entry for each address, on the same port; 0 lets the worker pick free ones. An address that is written
 * down is listened on alone. For all others there is one socket on every interface, because a worker cannot listen on
 * more addresses later: which of them are offered is decided for each transport. Pure.
 */
export function listenInfos({ listen }: ListenOptions, port: number): ms.TransportListenInfo[] {
  const exact = listen.filter((entry) => isIP(entry) !== 0 && entry !== EVERYWHERE);
  const addresses =
    exact.length < listen.length || listen.length === 0
      ? // The socket on every interface receives IPv4 for all addresses.
        [EVERYWHERE, ...exact.filter((ip) => isIP(ip) === 6)]
      : [...new Set(exact)];
  return addresses.flatMap((ip) =>
    (['udp', 'tcp'] as const).map((protocol) => (port > 0 ? { protocol, ip, port } : { protocol, ip })),
  );
}

/**
 * What browsers and analyzers are told to connect to, from what the worker listens on and the addresses that this machine has
 * now. Addresses of virtual interfaces are not among them, unless the interface or the address is configured. Pure.
 */
export function offeredCandidates(
  candidates: readonly ms.IceCandidate[],
  { listen, announce }: ListenOptions,
  interfaces: Interfaces,
): ms.IceCandidate[] {
  const offered = (['udp', 'tcp'] as const).flatMap((protocol) => {
    const own = candidates.filter((candidate) => candidate.protocol === protocol);
    const all = own.flatMap((candidate) =>
      candidate.address === EVERYWHERE
        ? localAddresses(listen, interfaces).map((address) => at(candidate, address))
        : [candidate],
    );
    const first = all.find(({ address }) => !isLoopback(address)) ?? all[0] ?? own[0];
    // The LAN address remains a candidate too, so that the analyzer and browsers in the LAN need no detour.
    const announced = announce === undefined || !first ? [] : [at(first, announce)];
    const index = first ? all.indexOf(first) : -1;
    const ordered = index < 0 ? announced : all.toSpliced(index, 0, ...announced);
    return ordered.map((candidate, i) =>
      Object.assign({}, candidate, { priority: own[0]!.priority - i * LESS }),
    );
  });
  return offered.toSorted((a, b) => b.priority - a.priority);
}

/** One step of the local preference in the priority of a candidate (RFC 8445, 5.1.2.1). */
const LESS = 1 << 8;

function at(candidate: ms.IceCandidate, address: string): ms.IceCandidate {
  return { ...candidate, address, ip: address };
}

/** What the entries stand for now, with loopback first: the analyzer is on this machine. */
function localAddresses(listen: readonly string[], interfaces: Interfaces): string[] {
  const entries = listen.length > 0 ? listen : [EVERYWHERE];
  const named = entries.flatMap((entry) => {
    if (entry === EVERYWHERE) return lanAddresses(interfaces);
    if (isIP(entry) !== 0) return isIP(entry) === 4 ? [entry] : [];
    const infos = interfaces[entry] ?? [];
    return infos.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  });
  return [...new Set(['127.0.0.1', ...named])];
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}
