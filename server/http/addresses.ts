import { lanAddresses } from '../network/lan-addresses.ts';
import type { Interfaces } from '../network/network.ts';

export interface AddressesOptions {
  /** HTTPS: the interface it listens on. */
  host: string;
  port: number;
  /** `config.origins`: where browsers come from through a proxy. */
  origins: readonly string[];
  /** `config.media.announce`: this machine as others see it. */
  announce: string | undefined;
  /** Of this machine, now. */
  interfaces: Interfaces;
}

/** What another device types to come here, likeliest first: origins `https://host:port`; empty without a network. */
export function networkAddresses({ host, port, origins, announce, interfaces }: AddressesOptions): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = everywhere ? lanAddresses(interfaces) : isLoopback(host) ? [] : [host];
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
