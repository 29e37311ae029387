/** The clocks of this device, compared with the clock of the server while it answers. */
import type { ClockAnchor, ClockReading } from '#protocol/claims.ts';

/** As many comparisons are weighed; with a heartbeat a second, those of half a minute. */
const KEPT = 30;

interface Comparison {
  anchor: ClockAnchor;
  /** Ms: the time of the server may be off by half of it. */
  roundTrip: number;
}

export class DeviceClock {
  /** The life of this page. */
  readonly page: string = crypto.randomUUID();
  readonly #comparisons: Comparison[] = [];

  read(): ClockReading {
    return { page: this.page, wall: Date.now(), monotonic: performance.now() };
  }

  /** The server has just answered with its time. */
  compare(serverTime: number, roundTrip: number): void {
    this.#comparisons.push({
      anchor: { ...this.read(), server: serverTime + roundTrip / 2 },
      roundTrip,
    });
    if (this.#comparisons.length > KEPT) this.#comparisons.shift();
  }

  /** Null before the first comparison of this page. */
  get anchor(): ClockAnchor | null {
    return bestOf(this.#comparisons)?.anchor ?? null;
  }
}

/**
 * The comparison with the shortest round trip: a slow answer was slow in one direction, and nobody knows in which.
 * Only those since the wall clock was last set count.
 */
export function bestOf(comparisons: readonly Comparison[]): Comparison | null {
  const newest = comparisons.at(-1);
  if (!newest) return null;
  const ahead = ({ anchor }: Comparison) => anchor.wall - anchor.monotonic;
  const same = comparisons.filter((one) => Math.abs(ahead(one) - ahead(newest)) < 1_000);
  return same.reduce((best, one) => (one.roundTrip < best.roundTrip ? one : best));
}
