/**
 * The network interfaces of this machine, looked at again and again: the network may come after the server, and a lease, a
 * cable or a VPN changes the addresses while it runs. This is the one place where they are read.
 */
import { EventEmitter } from 'node:events';
import os, { type NetworkInterfaceInfo } from 'node:os';
import type { Logger } from 'pino';

export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

export interface NetworkOptions {
  log: Logger;
  /** Replaced in tests. */
  read?: () => Interfaces;
  /** Time between two looks, ms. */
  period?: number;
}

interface NetworkEvents {
  /** The addresses that came and went since the last event. */
  'addresses.changed': [{ added: string[]; removed: string[] }];
}

/** A look takes some 50 µs. */
const PERIOD = 2_000;

export class Network extends EventEmitter<NetworkEvents> {
  readonly #read: () => Interfaces;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #interfaces: Interfaces;

  constructor({ log, read = () => os.networkInterfaces(), period = PERIOD }: NetworkOptions) {
    super();
    this.#read = read;
    this.#log = log.child({ part: 'network' });
    this.#interfaces = read();
    this.#timer = setInterval(() => this.look(), period).unref();
  }

  /** As they were at the last look. */
  get interfaces(): Interfaces {
    return this.#interfaces;
  }

  /** Looks now. */
  look(): void {
    const before = addressesOf(this.#interfaces);
    this.#interfaces = this.#read();
    const now = addressesOf(this.#interfaces);
    const added = now.filter((address) => !before.includes(address));
    const removed = before.filter((address) => !now.includes(address));
    if (added.length === 0 && removed.length === 0) return;
    this.#log.info({ event: 'addresses.changed', added, removed }, 'this machine has other addresses');
    this.emit('addresses.changed', { added, removed });
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }
}

function addressesOf(interfaces: Interfaces): string[] {
  return Object.values(interfaces).flatMap((infos) => (infos ?? []).map(({ address }) => address));
}
