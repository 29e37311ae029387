/** Where a request comes from: the address at the other end, or what a proxy that is believed says of it. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const told = new WeakMap<IncomingMessage, string>();

export type AddressReader = (req: IncomingMessage) => void;

/**
 * Reads `X-Forwarded-For` of requests that come from one of these proxies (addresses or CIDR ranges), from the right:
 * each proxy appends whom it heard, so the last entry that is no proxy of ours is the client; what stands left of it the
 * client itself may have written. Call it once a request, before anybody asks `addressOf`.
 */
export function addressReader(proxies: readonly string[]): AddressReader {
  const known = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  const isProxy = (address: string) => known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (req) => {
    const from = plain(req.socket.remoteAddress);
    if (proxies.length === 0 || from === undefined || !isProxy(from)) return;
    const hops = [req.headers['x-forwarded-for'] ?? []]
      .flat()
      .flatMap((line) => line.split(','))
      .map((hop) => plain(hop.trim()) ?? '');
    const client = hops.findLast((hop) => !isProxy(hop));
    if (client !== undefined && isIP(client) !== 0) told.set(req, client);
  };
}

export function addressOf(req: IncomingMessage): string | undefined {
  return told.get(req) ?? req.socket.remoteAddress;
}

/** An IPv4 address that an IPv6 socket shows as `::ffff:1.2.3.4`, as itself. */
function plain(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '');
}
