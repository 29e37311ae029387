import type { Logger } from 'pino';
import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../protocol/session.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export interface SessionChecksOptions {
  /** How often a socket is asked about, ms. */
  period: number;
  /** The cookies stand for nobody any more, or for somebody else. */
  onEnded: (peer: SignalingPeer) => void;
  /** The same actor, with another name or other settings. */
  onChanged: (peer: SignalingPeer, actor: Actor) => void;
  log: Logger;
}

/** Asked at once, at most: a thousand sockets must not take every connection to the database. */
const CONCURRENCY = 4;

/** A socket lives as long as the session it was opened in: this asks, again and again, whether that one does. */
export class SessionChecks {
  readonly #options: SessionChecksOptions;
  /** When each socket was asked about last, ms of performance.now(). */
  readonly #asked = new Map<SignalingPeer, number>();
  readonly #waiting = new Set<SignalingPeer>();
  #running = 0;

  constructor(options: SessionChecksOptions) {
    this.#options = options;
  }

  /** From now on; and at once, for what changed while it was let in. */
  follow(peer: SignalingPeer): void {
    this.#asked.set(peer, performance.now());
    this.ask(peer);
  }

  forget(peer: SignalingPeer): void {
    this.#asked.delete(peer);
    this.#waiting.delete(peer);
  }

  /** Soon. One that is being asked about is asked about again: the answer under way may be of before. */
  ask(peer: SignalingPeer): void {
    if (!this.#asked.has(peer)) return;
    this.#asked.set(peer, performance.now());
    this.#waiting.add(peer);
    this.#next();
  }

  /** Asks about those whose turn it is. */
  beat(): void {
    const due = performance.now() - this.#options.period;
    for (const [peer, at] of this.#asked) if (at <= due) this.ask(peer);
  }

  #next(): void {
    for (const peer of this.#waiting) {
      if (this.#running >= CONCURRENCY) return;
      this.#waiting.delete(peer);
      this.#running += 1;
      void this.#check(peer).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #check(peer: SignalingPeer): Promise<void> {
    const before = peer.actor;
    let now: Actor | null;
    try {
      now = await peer.authenticate();
    } catch (error) {
      // The database, most likely: nobody is thrown out for that.
      this.#options.log.warn({ err: error, event: 'session.unchecked', peer: peer.id });
      return;
    }
    if (peer.closed) return;
    if (now === null || actorKey(now) !== actorKey(before)) this.#options.onEnded(peer);
    // What was told to the peer meanwhile is newer than the answer.
    else if (peer.actor === before && !isDeepStrictEqual(now, before)) this.#options.onChanged(peer, now);
  }
}

/** Who it is, whatever they are called. */
export function actorKey(actor: Actor): string {
  return actor.kind === 'account' ? `account:${actor.accountId}` : `device:${actor.deviceId}`;
}
