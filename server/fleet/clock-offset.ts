/** What the clocks of an analyzer on another host show, by the clock of this server. Pure but for the samples that it keeps. */

export interface ClockSample {
  /** When the question was sent and when the answer came, by the steady clock of this server, ms. */
  sent: number;
  heard: number;
  /** What the analyzer's steady clock and its wall clock showed in between, ms. */
  steady: number;
  wall: number;
  /** What this server's wall clock shows when it shows `heard`, epoch ms. */
  now: number;
}

interface Measured {
  way: number;
  offset: number;
  skew: number;
}

/** So many of the last samples are kept: five seconds. The one with the shortest way says the most. */
const KEPT = 10;

export class ClockOffset {
  readonly #samples: Measured[] = [];

  add({ sent, heard, steady, wall, now }: ClockSample): void {
    const way = heard - sent;
    if (!(way >= 0)) return;
    const middle = heard - way / 2;
    this.#samples.push({ way, offset: middle - steady, skew: wall - (now - way / 2) });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** What to add to the analyzer's steady clock to get this server's, ms; null while nothing is known. */
  get offset(): number | null {
    return this.#best?.offset ?? null;
  }

  /** How much the analyzer's wall clock is fast, ms; negative: slow; null while nothing is known. */
  get skew(): number | null {
    return this.#best?.skew ?? null;
  }

  get #best(): Measured | null {
    return this.#samples.reduce<Measured | null>(
      (best, sample) => (!best || sample.way <= best.way ? sample : best),
      null,
    );
  }
}
