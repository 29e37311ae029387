/** The latest picture of one camera, in memory that a vision thread reads without copying. */
import { type Mounting, UPRIGHT } from '../protocol/devices.ts';
import type { I420Frame } from '../vision/types.ts';
import { uprightSize, writeUpright } from '../vision/upright.ts';

/** The two buffers of a slot, as sent to a thread once per generation. */
export interface SlotBuffers {
  /** Rises when larger pictures need larger buffers. */
  generation: number;
  buffers: readonly [SharedArrayBuffer, SharedArrayBuffer];
}

/** A picture lent to a reader. It stays untouched until it is given back. */
export interface FrameLease {
  generation: number;
  /** Which of the two buffers. */
  index: 0 | 1;
  width: number;
  height: number;
  /** Running number of the picture within its camera. */
  frame: number;
  /** When the picture arrived: by the steady clock, and ms on the monotonic clock of the writer's thread. */
  at: number;
  arrived: number;
}

/** Bytes of an I420 picture without padding. The chroma planes are rounded up. */
export function i420Bytes(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/** Buffers grow by this factor more than needed, so that a camera that climbs through resolutions rarely grows them. */
const HEADROOM = 1.25;

/**
 * Two buffers, one writer and at most one reader. The writer never touches the buffer that is lent, so it always has
 * the other one: pictures are overwritten and never queued, and memory is bounded whatever arrives. All bookkeeping
 * happens on the writer's thread; passing the lease in a message orders the memory accesses.
 */
export class FrameSlot {
  #buffers: SlotBuffers = { generation: 0, buffers: [new SharedArrayBuffer(0), new SharedArrayBuffer(0)] };
  #views: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  #latest: FrameLease | null = null;
  #lent: FrameLease | null = null;
  #frame: number;

  /** `firstFrame`: number of the first picture. */
  constructor(firstFrame = 1) {
    this.#frame = firstFrame - 1;
  }

  get buffers(): SlotBuffers {
    return this.#buffers;
  }

  /**
   * Copies the picture, upright, and drops the previous one. Returns the size of the copy. Throws RangeError if `data` is not
   * width × height in I420.
   */
  write(
    picture: I420Frame,
    at: number,
    arrived: number,
    mounting: Mounting = UPRIGHT,
  ): { width: number; height: number } {
    const bytes = i420Bytes(picture.width, picture.height);
    if (picture.data.byteLength !== bytes) {
      throw new RangeError(
        `${picture.data.byteLength} bytes are not an I420 picture of ${picture.width}×${picture.height}`,
      );
    }
    if (bytes > this.#views[0].byteLength) this.#grow(bytes);
    const index = this.#lentHere()?.index === 0 ? 1 : 0;
    writeUpright(picture, mounting, this.#views[index].subarray(0, bytes));
    const size = uprightSize(picture, mounting);
    this.#frame += 1;
    this.#latest = {
      generation: this.#buffers.generation,
      index,
      ...size,
      frame: this.#frame,
      at,
      arrived,
    };
    return size;
  }

  /** Lends the latest picture, each at most once; null if there is none. Throws while a picture is lent. */
  take(): FrameLease | null {
    if (this.#lent) throw new Error('the slot has lent a picture already');
    this.#lent = this.#latest;
    this.#latest = null;
    return this.#lent;
  }

  /** Call when the reader is done. */
  giveBack(): void {
    this.#lent = null;
  }

  /** The lent picture, unless its buffers have been replaced since. */
  #lentHere(): FrameLease | null {
    return this.#lent?.generation === this.#buffers.generation ? this.#lent : null;
  }

  #grow(bytes: number): void {
    const size = Math.ceil(bytes * HEADROOM);
    const buffers = [new SharedArrayBuffer(size), new SharedArrayBuffer(size)] as const;
    this.#buffers = { generation: this.#buffers.generation + 1, buffers };
    this.#views = [new Uint8Array(buffers[0]), new Uint8Array(buffers[1])];
    this.#latest = null;
  }
}

/** The reader's side: views of the buffers of one camera. */
export class FrameReader {
  readonly #views: readonly [Uint8Array, Uint8Array];

  constructor(shared: SlotBuffers) {
    this.#views = [new Uint8Array(shared.buffers[0]), new Uint8Array(shared.buffers[1])];
  }

  /** The lent picture in place, not a copy: valid until the lease is given back. */
  picture(lease: Pick<FrameLease, 'index' | 'width' | 'height'>): I420Frame {
    const { width, height } = lease;
    return { data: this.#views[lease.index].subarray(0, i420Bytes(width, height)), width, height };
  }
}
