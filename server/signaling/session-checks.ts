import type { Logger } from 'pino';
import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../protocol/session.ts';
import type { SignalingPeer } from './signaling-peer.ts';

export interface SessionChecksOptions {
  /** The session of a socket is checked at least this often, ms. */
  period: number;
  /** How often `beat` is called, ms. */
  beat: number;
  /** The session has ended, or the cookies now belong to another actor. */
  onEnded: (peer: SignalingPeer) => void;
  /** The actor has another name or other settings. */
  onChanged: (peer: SignalingPeer, actor: Actor) => void;
  log: Logger;
}

/** The most checks at the same time: a thousand sockets must not use up all connections to the database. */
const CONCURRENCY = 4;

/** Ends a socket when the session in which it was opened ends, by checking the session again and again. */
export class SessionChecks {
  readonly #options: SessionChecksOptions;
  /** When each socket was last checked, ms of performance.now(). */
  readonly #asked = new Map<SignalingPeer, number>();
  readonly #waiting = new Set<SignalingPeer>();
  #running = 0;

  constructor(options: SessionChecksOptions) {
    this.#options = options;
  }

  /** Checks the socket from now on, and also at once, because something may have changed while it was admitted. */
  follow(peer: SignalingPeer): void {
    this.#asked.set(peer, performance.now());
    this.ask(peer);
  }

  forget(peer: SignalingPeer): void {
    this.#asked.delete(peer);
    this.#waiting.delete(peer);
  }

  /** Checks the socket soon, and also if it is being checked now, because that check may have begun before a change. */
  ask(peer: SignalingPeer): void {
    if (!this.#asked.has(peer)) return;
    this.#asked.set(peer, performance.now());
    this.#waiting.add(peer);
    this.#next();
  }

  /** Checks all sockets that would be overdue at the next beat. */
  beat(): void {
    const { period, beat } = this.#options;
    const due = performance.now() - period + beat;
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
      // Most likely the database is unreachable, which is no reason to end a session.
      this.#options.log.warn(
        { event: 'session.unchecked', peerId: peer.id, err: error },
        'the session of a socket could not be checked',
      );
      return;
    }
    if (peer.closed) return;
    if (now === null || actorKey(now) !== actorKey(before)) this.#options.onEnded(peer);
    // If the actor was replaced in the meantime, it is newer than this answer.
    else if (peer.actor === before && !isDeepStrictEqual(now, before)) this.#options.onChanged(peer, now);
  }
}

/** Identifies the actor, regardless of its name. */
export function actorKey(actor: Actor): string {
  if (actor.kind === 'account') return `account:${actor.accountId}`;
  return actor.kind === 'device' ? `device:${actor.deviceId}` : `invitation:${actor.invitationId}`;
}
