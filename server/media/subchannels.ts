/** The highest number. 0 is unused, so that "no subchannel" can never be mistaken for one. */
const LAST = 0xffff;

/**
 * The 16-bit subchannel of each camera on one router. All holders of a camera share its number, which becomes free when the
 * last one releases it. A free number is used again as late as possible, so that a message or subscription that is still on
 * its way to the worker cannot be mixed up with those of another camera.
 */
export class Subchannels {
  readonly #cameras = new Map<string, { number: number; holders: number }>();
  readonly #taken = new Set<number>();
  #last = 0;

  /** @throws RangeError if all numbers are in use */
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

  /** The number of the camera, or undefined if no peer on this router receives its results. */
  of(cameraId: string): number | undefined {
    return this.#cameras.get(cameraId)?.number;
  }

  #next(): number {
    for (let tried = 0; tried < LAST; tried += 1) {
      this.#last = (this.#last % LAST) + 1;
      if (!this.#taken.has(this.#last)) return this.#last;
    }
    throw new RangeError('all 65535 subchannels of this router are in use');
  }
}
