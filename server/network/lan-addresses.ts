import type { Interfaces } from './network.ts';

/**
 * Interfaces of containers, virtual machines and VPNs. Other machines on this network cannot reach the server through
 * them, and they change often. A bridge that replaces the network card itself (`br0`, `vmbr0`) is not one of them.
 */
const VIRTUAL =
  /^(docker|br-|veth|cni|flannel|cali|podman|virbr|vnet|lxc|lxd|vmnet|vboxnet|vEthernet|tun|tap|utun|wg|tailscale|zt)/;

/**
 * IPv4 addresses of this machine on the networks that it is plugged into; without virtual interfaces, and without those
 * that it gave itself for want of a network. IPv4 only: a host's IPv6 addresses change every day.
 */
export function lanAddresses(interfaces: Interfaces): string[] {
  return Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
}
