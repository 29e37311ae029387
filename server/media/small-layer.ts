/** The small layer is still sent for this long after the last viewer of it has gone, ms: whoever turns a page of the wall comes back. */
const LINGER = 10_000;
/** The large layer may stay away for this long before the small one is given up, ms: after a pause, one of them is the first. */
const PATIENCE = 2_000;
/** After the network of a camera did not carry both layers, the small one is not asked for again for this long, ms. */
const REST = 10 * 60_000;

/**
 * Whether a camera has to send its small layer: only while somebody watches a small picture of it, and only if the large layer,
 * from which people are recognized, arrives as well.
 */
export class SmallLayer {
  readonly #onChange: (wanted: boolean) => void;
  readonly #viewers = new Set<object>();
  #wanted = false;
  #closed = false;
  #lingering: NodeJS.Timeout | undefined;
  #missing: NodeJS.Timeout | undefined;
  #resting: NodeJS.Timeout | undefined;

  /** @param onChange called with what holds from now on; nothing is wanted at the beginning */
  constructor(onChange: (wanted: boolean) => void) {
    this.#onChange = onChange;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  /** This viewer needs no more than the small layer. Idempotent. */
  add(viewer: object): void {
    if (this.#closed) return;
    this.#viewers.add(viewer);
    this.#judge();
  }

  /** This viewer has gone, is paused, or needs a larger layer. Idempotent. */
  remove(viewer: object): void {
    if (this.#viewers.delete(viewer)) this.#judge();
  }

  /**
   * Whether the large layer arrives, while some layer does. If it does not, the small one has to yield: a browser sends that
   * one first where the network is too slow for both.
   */
  largeArrives(arrives: boolean): void {
    if (!arrives && !this.#closed) this.#missing ??= setTimeout(() => this.#yield(), PATIENCE).unref();
    if (!arrives) return;
    clearTimeout(this.#missing);
    this.#missing = undefined;
  }

  /** Reports nothing from now on. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#viewers.clear();
    for (const timer of [this.#lingering, this.#missing, this.#resting]) clearTimeout(timer);
  }

  #yield(): void {
    this.#missing = undefined;
    if (!this.#wanted) return;
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      this.#judge();
    }, REST).unref();
    this.#judge();
  }

  #judge(): void {
    clearTimeout(this.#lingering);
    if (this.#resting !== undefined) this.#set(false);
    else if (this.#viewers.size > 0) this.#set(true);
    else if (this.#wanted) this.#lingering = setTimeout(() => this.#set(false), LINGER).unref();
  }

  #set(wanted: boolean): void {
    if (this.#closed || this.#wanted === wanted) return;
    this.#wanted = wanted;
    this.#onChange(wanted);
  }
}
