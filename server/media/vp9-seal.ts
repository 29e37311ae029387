import { payloadOf } from './picture-size.ts';
import { continued } from './sequence-number.ts';
import { readVp9Descriptor } from './vp9-picture.ts';

/** Packets of which something is known, and last packets that wait: a picture has at most as many. */
const MOST_PACKETS = 1_024;
const MOST_WAITING = 8;
/** Of an index with the length of one picture, four bytes (VP9 bitstream specification, B.3). */
const ONE_PICTURE = 0xd8;
const PADDED = 0x20;
const MARKED = 0x80;

interface Part {
  begins: boolean;
  ends: boolean;
  /** Of the picture, in this packet. */
  bytes: number;
}

/**
 * Says at the end of each picture of VP9 that it is one. Without that, libvpx decodes what is left after a picture as the
 * next one, of any size, and only the decoder finds out where a picture ends: the size of what hides there cannot be read
 * before. The length of the picture belongs to it, so its last packet waits for those that came out of order.
 */
export class Vp9Seal {
  /** By the number of the packet, continued past 65535. */
  readonly #parts = new Map<number, Part>();
  /** The last packets of pictures that are not complete. */
  readonly #waiting = new Map<number, Buffer>();
  #newest: number | null = null;

  /** What is to be passed on when this packet has come. */
  pass(packet: Buffer): Buffer[] {
    const payload = payloadOf(packet);
    if (payload === null || payload.length === 0) return [packet];
    const descriptor = readVp9Descriptor(payload);
    if (!descriptor) return [];
    const number = this.#numberOf(packet);
    // A second one with the same number may say something else, and a receiver keeps one of them.
    if (this.#parts.has(number)) return [];
    const ends = descriptor.ends || (packet[1]! & MARKED) !== 0;
    keep(
      this.#parts,
      number,
      { begins: descriptor.begins, ends, bytes: payload.length - descriptor.at },
      MOST_PACKETS,
    );
    if (ends) keep(this.#waiting, number, packet, MOST_WAITING);
    return [...(ends ? [] : [packet]), ...this.#complete()];
  }

  #complete(): Buffer[] {
    const ready: Buffer[] = [];
    for (const [number, packet] of this.#waiting) {
      const length = this.#lengthOf(number);
      if (length === null) continue;
      this.#waiting.delete(number);
      ready.push(withIndex(packet, length));
    }
    return ready;
  }

  /** Bytes of the picture that ends in this packet; null while packets are missing. */
  #lengthOf(end: number): number | null {
    let length = 0;
    for (let number = end; ; number -= 1) {
      const part = this.#parts.get(number);
      if (!part || (part.ends && number !== end)) return null;
      length += part.bytes;
      if (part.begins) return length;
    }
  }

  #numberOf(packet: Buffer): number {
    const number = continued(packet.readUInt16BE(2), this.#newest);
    this.#newest = Math.max(number, this.#newest ?? number);
    return number;
  }
}

function keep<T>(all: Map<number, T>, number: number, value: T, most: number): void {
  all.set(number, value);
  if (all.size > most) all.delete(all.keys().next().value!);
}

function withIndex(packet: Buffer, length: number): Buffer {
  const padding = (packet[0]! & PADDED) === 0 ? 0 : packet.at(-1)!;
  const index = Buffer.of(ONE_PICTURE, 0, 0, 0, 0, ONE_PICTURE);
  index.writeUInt32LE(length, 1);
  const sealed = Buffer.concat([packet.subarray(0, packet.length - padding), index]);
  sealed[0]! &= ~PADDED;
  return sealed;
}
