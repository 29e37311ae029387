/** The address at which another device finds a page of this server, for pages and for mail. */

/** Host names by which a browser reaches only the machine that it runs on. */
const OWN_MACHINE = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

interface DeviceAddress {
  url: string;
  /** Whether a browser is likely to show a certificate warning, to be accepted once. */
  warns: boolean;
  /** Whether the address works only on this machine. */
  ownMachineOnly: boolean;
}

/**
 * @param opened origin at which the server is open here; other devices can reach it too unless it names only this machine
 * @param addresses addresses of the server as it sees them, likeliest first
 * @param page path of the page
 */
export function deviceAddress(opened: string, addresses: readonly string[], page: string): DeviceAddress {
  const { hostname, protocol } = new URL(opened);
  const own = OWN_MACHINE.test(hostname);
  const [first] = addresses;
  const origin = own && first !== undefined ? new URL(first).origin : opened;
  return {
    url: `${origin}${page}`,
    // The reader of this page has accepted the warning already, but the next device has not.
    warns: origin === opened ? protocol === 'https:' && isAddress(hostname) : true,
    ownMachineOnly: own && first === undefined,
  };
}

/** Public authorities sign names, not bare addresses: those come with a certificate that the server created itself. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}
