/** Tells packets that waited on their way from those that come as they were sent, by the timestamps of their sender. */

/** Half of the range of an RTP timestamp: a larger step is one backwards. */
const HALF = 2 ** 31;
/** By how much the clocks of a camera and of this machine may drift apart: ten times what crystals do. */
const DRIFT = 0.001;
/** A delay that grows by more at once is no delay: the sender has begun to count anew, ms. */
const NEW_COUNT = 30_000;
/** Who is late for this long without coming nearer is on a slower way from now on, ms. */
const NEW_WAY = 5_000;

/**
 * RTP says when each picture was taken, but not by whose clock (RFC 3550, 5.1). So only differences count: the packet that
 * was fastest so far is on time, and every other one is late by how much longer it took.
 */
export class TransitClock {
  /** Of the sender's clock, per ms. */
  readonly #perMs: number;
  readonly #limit: number;
  #last: { timestamp: number; media: number; at: number } | null = null;
  /** What the fastest packet took, ms; only differences between two mean something. */
  #fastest = 0;
  #lateSince: number | null = null;

  /** @param clockRate of the codec, Hz; @param limit from when on a packet counts as late, ms */
  constructor({ clockRate, limit }: { clockRate: number; limit: number }) {
    this.#perMs = clockRate / 1_000;
    this.#limit = limit;
  }

  /** Whether a packet is late. `timestamp`: RTP, 32 bits; `now`: monotonic ms, rising from call to call. */
  isLate(timestamp: number, now: number): boolean {
    const last = this.#last;
    if (last === null) return this.#restart(timestamp, now);
    const step = (timestamp - last.timestamp + 2 ** 32) % 2 ** 32;
    const media = last.media + (step < HALF ? step : step - 2 ** 32) / this.#perMs;
    const took = now - media;
    this.#fastest = Math.min(took, this.#fastest + DRIFT * (now - last.at));
    this.#last = { timestamp, media, at: now };
    const late = took - this.#fastest;
    if (late <= this.#limit) {
      this.#lateSince = null;
      return false;
    }
    this.#lateSince ??= now;
    if (late > NEW_COUNT || now - this.#lateSince > NEW_WAY) return this.#restart(timestamp, now);
    return true;
  }

  /** This packet is on time by definition. */
  #restart(timestamp: number, now: number): false {
    this.#last = { timestamp, media: 0, at: now };
    this.#fastest = now;
    this.#lateSince = null;
    return false;
  }
}
