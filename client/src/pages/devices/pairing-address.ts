/** Where another device finds the pairing page. */

/** Names under which a browser reaches only the machine that it runs on. */
const OWN_MACHINE = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface PairingAddress {
  /** Of the pairing page. */
  url: string;
  /** Whether a browser is likely to warn of the certificate, which it then has to accept once. */
  warns: boolean;
  /** Whether the address is of use on this machine alone. */
  ownMachineOnly: boolean;
}

/**
 * @param opened Origin at which this page was opened: another device reaches it too, unless it is this machine's own.
 * @param addresses What the server says of itself, likeliest first.
 */
export function pairingAddress(opened: string, addresses: readonly string[]): PairingAddress {
  const { hostname, protocol } = new URL(opened);
  const own = OWN_MACHINE.test(hostname);
  const [first] = addresses;
  const origin = own && first !== undefined ? new URL(first).origin : opened;
  return {
    url: `${origin}/pair`,
    // Of a page that was opened already, whoever opened it has seen the warning: the next device has not.
    warns: origin === opened ? protocol === 'https:' && isAddress(hostname) : true,
    ownMachineOnly: own && first === undefined,
  };
}

/** Public authorities sign names; a bare address stands on a certificate of the server's own. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}
