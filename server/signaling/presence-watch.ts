import { may } from '../protocol/permissions.ts';
import type { Notification } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export type PresenceReport = Extract<Notification, { notify: 'presence.changed' | 'roll-call.changed' }>;

/** What reports who comes and leaves. */
export interface PresencePort {
  /** Reports changes from now on, until the returned function is called. */
  follow(listener: (report: PresenceReport) => void): () => void;
}

/** Notifies the pages that show who is in the building. It costs nothing while there are no such pages. */
export class PresenceWatch {
  readonly #port: PresencePort;
  readonly #peers = new Set<SignalingPeer>();
  #unfollow: (() => void) | null = null;

  constructor(port: PresencePort) {
    this.#port = port;
  }

  subscribe(peer: SignalingPeer): void {
    this.#peers.add(peer);
    this.#unfollow ??= this.#port.follow((report) => this.#notifyAll(report));
  }

  unsubscribe(peer: SignalingPeer): void {
    this.#peers.delete(peer);
    if (this.#peers.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #notifyAll(report: PresenceReport): void {
    // The role of an account may have changed since it subscribed.
    for (const peer of this.#peers) if (may(peer.actor, 'presence:read')) peer.notify(report);
  }
}
