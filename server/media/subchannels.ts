/** Number 0 is left unused so that "no subchannel" can never be mistaken for one. */
const LAST = 0xffff;

/**
 * The 16-bit subchannel of each camera on one router. Shared by all who ask for the same camera and freed
 * with the last; a freed number is handed out again as late as possible, so that a message or subscription
 * still on its way to the worker cannot meet the next camera's.
 */
export class Subchannels {
  readonly #cameras = new Map<string, { number: number; holders: number }>();
  readonly #taken = new Set<number>();
  #last = 0;

  /** Throws RangeError when all numbers are taken. */
  acquire(cameraId: string): number {
    const held = this.#cameras.get(cameraId);
    if (held) {
      held.holders += 1;
      return held.number;
    }
    const number = this.#next();
    this.#taken.add(number);
    this.#cameras.set(cameraId, { number, holders: 1 });
    return number;
  }

  release(cameraId: string): void {
    const held = this.#cameras.get(cameraId);
    if (!held) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#cameras.delete(cameraId);
    this.#taken.delete(held.number);
  }

  /** Undefined when nobody listens for this camera here. */
  of(cameraId: string): number | undefined {
    return this.#cameras.get(cameraId)?.number;
  }

  #next(): number {
    for (let tried = 0; tried < LAST; tried += 1) {
      this.#last = (this.#last % LAST) + 1;
      if (!this.#taken.has(this.#last)) return this.#last;
    }
    throw new RangeError('all 65535 subchannels of this router are taken');
  }
}
