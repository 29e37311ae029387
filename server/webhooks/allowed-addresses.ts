/**
 * To which addresses webhooks may go. Whoever may name an address could otherwise let this server ask machines that only it
 * reaches: its own database, a router, the metadata service of a cloud.
 */
import { BlockList, isIP } from 'node:net';

export interface AllowedAddresses {
  /** Whether the operator has named this address: then plain HTTP is allowed too. */
  isNamed(address: string): boolean;
  /** Whether it is public, or named. */
  isAllowed(address: string): boolean;
}

/** Not on the public internet (IANA special-purpose registries), with all of multicast and of what is reserved. */
const NOT_PUBLIC: readonly [address: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Within 2000::/3, outside of which nothing is public: these carry or hide IPv4 addresses, or are documentation.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** @param named addresses or CIDR ranges */
export function allowedAddresses(named: readonly string[]): AllowedAddresses {
  const ofOperator = blockList(
    named.map((range) => {
      const [address = '', bits] = range.split('/');
      return [address, bits === undefined ? null : Number(bits)];
    }),
  );
  const notPublic = blockList(NOT_PUBLIC);
  const internet = blockList([['2000::', 3]]);
  const isNamed = (address: string) => contains(ofOperator, plain(address));
  return {
    isNamed,
    isAllowed(address) {
      if (isNamed(address)) return true;
      const bare = plain(address);
      if (isIP(bare) === 4) return !contains(notPublic, bare);
      return contains(internet, bare) && !contains(notPublic, bare);
    },
  };
}

function blockList(ranges: readonly (readonly [address: string, bits: number | null])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits ?? (family === 'ipv6' ? 128 : 32), family);
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address in the clothes of an IPv6 address, and an IPv6 address with a zone, as they are. */
function plain(address: string): string {
  const [bare = ''] = address.split('%');
  const dotted = /^::ffff:(?<v4>\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.groups?.['v4'];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(bare) ?? [];
  if (high === undefined || low === undefined) return bare;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
