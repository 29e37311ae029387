/**
 * Where cameras may be. Whoever may add a camera must not make this server knock on doors that only this server can reach:
 * on its own, or on the service that tells a machine in a cloud its secrets.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { RtspFault } from './rtsp-fault.ts';

interface Range {
  address: string;
  bits: number;
}

/** Allowed only by a range that lies inside: `0.0.0.0/0` does not mean this machine. */
const SPECIAL = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  // The metadata services of AWS and of Alibaba.
  'fd00:ec2::254/128',
  '100.100.100.200/32',
].map(rangeOf);

export class AllowedAddresses {
  readonly #ranges: readonly Range[];

  /** @param ranges addresses or CIDR ranges */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map(rangeOf);
  }

  allows(address: string): boolean {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    if (isIP(plain) === 0) return false;
    const special = SPECIAL.filter((range) => holds(range, plain));
    return this.#ranges.some(
      (range) =>
        holds(range, plain) &&
        special.every((outer) => range.bits >= outer.bits && holds(outer, range.address)),
    );
  }

  /**
   * The address of a host, to be used in its place: a name that is looked up a second time may have another one by then.
   *
   * @throws RtspFault `host-unknown`, `address-refused`
   */
  async addressOf(host: string): Promise<string> {
    const found = isIP(host) === 0 ? await addressesOf(host) : [host];
    const allowed = found.find((address) => this.allows(address));
    if (allowed === undefined) throw new RtspFault('address-refused', found[0] ?? host);
    return allowed;
  }
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new RtspFault('host-unknown', host, { cause: error });
  }
}

function rangeOf(text: string): Range {
  const [address = '', bits] = text.split('/');
  return { address, bits: bits === undefined ? (isIP(address) === 6 ? 128 : 32) : Number(bits) };
}

function holds({ address, bits }: Range, other: string): boolean {
  const family = isIP(address);
  if (family !== isIP(other)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  return list.check(other, family === 6 ? 'ipv6' : 'ipv4');
}
