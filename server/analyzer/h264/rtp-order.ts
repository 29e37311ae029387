/** Puts RTP packets back into the order in which they were sent, and says where some are missing for good. */

export interface Numbered {
  /** RTP sequence number, 16 bits. */
  readonly sequence: number;
}

export interface Ordered<T extends Numbered> {
  packet: T;
  /** Packets before this one are lost. */
  gap: boolean;
}

export interface RtpOrderOptions {
  /** How long a packet waits for those before it, ms. */
  patience: number;
  /** How many packets wait at most. */
  most: number;
}

const HALF = 0x8000;
const ALL = 0x10000;

export class RtpOrder<T extends Numbered> {
  readonly #options: RtpOrderOptions;
  readonly #waiting = new Map<number, { packet: T; since: number }>();
  #next: number | null = null;

  constructor(options: RtpOrderOptions) {
    this.#options = options;
  }

  /** Takes a packet, and returns those whose turn it is. One that comes again or too late is left out. `now`: monotonic ms. */
  take(packet: T, now: number): Ordered<T>[] {
    this.#next ??= packet.sequence;
    if (distance(this.#next, packet.sequence) >= HALF || this.#waiting.has(packet.sequence)) {
      return this.ready(now);
    }
    this.#waiting.set(packet.sequence, { packet, since: now });
    return this.ready(now);
  }

  /** The packets whose turn it is, or for whose predecessors nobody waits any longer. */
  ready(now: number): Ordered<T>[] {
    const ordered: Ordered<T>[] = [];
    let gap = false;
    while (this.#next !== null && this.#waiting.size > 0) {
      const found = this.#waiting.get(this.#next);
      if (found) {
        this.#waiting.delete(this.#next);
        ordered.push({ packet: found.packet, gap });
        gap = false;
        this.#next = (this.#next + 1) % ALL;
        continue;
      }
      const { patience, most } = this.#options;
      const [first] = this.#waiting.values();
      if (this.#waiting.size < most && now - first!.since < patience) break;
      this.#next = this.#nearest();
      gap = true;
    }
    return ordered;
  }

  /** Sequence numbers that others wait for, at most so many. */
  missing(most: number): number[] {
    if (this.#next === null || this.#waiting.size === 0) return [];
    const count = Math.min(most, distance(this.#next, this.#nearest()));
    return Array.from({ length: count }, (_, i) => (this.#next! + i) % ALL);
  }

  #nearest(): number {
    let nearest = this.#next!;
    let least = ALL;
    for (const sequence of this.#waiting.keys()) {
      const far = distance(this.#next!, sequence);
      if (far < least) [nearest, least] = [sequence, far];
    }
    return nearest;
  }
}

/** How many numbers after `from` it is, 0 to 65,535. */
function distance(from: number, to: number): number {
  return (to - from + ALL) % ALL;
}
