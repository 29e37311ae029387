/** Where a request comes from: the remote address of the connection, or the address that a trusted proxy reports. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const reported = new WeakMap<IncomingMessage, string>();

export type AddressReader = (req: IncomingMessage) => void;

/**
 * Reads `X-Forwarded-For` from the right, for requests that come from one of these proxies (addresses or CIDR ranges).
 * Each proxy appends the address of its peer, so the last entry that is not one of our proxies is the client. The client
 * itself may have written everything to the left of it. Call this once per request, before `addressOf`.
 */
export function addressReader(proxies: readonly string[]): AddressReader {
  const isProxy = proxyCheck(proxies);
  return (req) => {
    const from = plain(req.socket.remoteAddress);
    if (proxies.length === 0 || from === undefined || !isProxy(from)) return;
    const hops = [req.headers['x-forwarded-for'] ?? []]
      .flat()
      .flatMap((line) => line.split(','))
      .map((hop) => plain(hop.trim()) ?? '');
    const client = hops.findLast((hop) => !isProxy(hop));
    if (client !== undefined && isIP(client) !== 0) reported.set(req, client);
  };
}

/** Whether an address is one of these proxies (addresses or CIDR ranges). */
export function proxyCheck(proxies: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const bare = plain(address) ?? '';
    return isIP(bare) !== 0 && known.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
  };
}

export function addressOf(req: IncomingMessage): string | undefined {
  return reported.get(req) ?? req.socket.remoteAddress;
}

/** An IPv6 socket shows an IPv4 address as `::ffff:1.2.3.4`; this returns `1.2.3.4`. */
function plain(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '');
}
