import os, { type NetworkInterfaceInfo } from 'node:os';

export interface AddressesOptions {
  /** HTTPS: the interface it listens on. */
  host: string;
  port: number;
  /** `config.origins`: where browsers come from through a proxy. */
  origins: readonly string[];
  /** `config.media.announce`: this machine as others see it. */
  announce: string | undefined;
}

/** What another device types to come here, likeliest first: origins `https://host:port`; empty without a network. */
export function networkAddresses({ host, port, origins, announce }: AddressesOptions): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = everywhere ? lanAddresses() : isLoopback(host) ? [] : [host];
  const hosts = announce === undefined ? own : [announce, ...own];
  const bracketed = hosts.map((name) => (name.includes(':') ? `[${name}]` : name));
  const shown = port === 443 ? '' : `:${port}`;
  return [
    ...new Set([
      ...origins.filter((origin) => origin.startsWith('https:')),
      ...bracketed.map((name) => `https://${name}${shown}`),
    ]),
  ];
}

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
export function lanAddresses(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = os.networkInterfaces(),
): string[] {
  return Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
