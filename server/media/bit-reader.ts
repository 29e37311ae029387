/** Reads the headers of pictures bit by bit, the highest bit of each byte first. Throws RangeError past the end. */
export class BitReader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#data[this.#at >> 3];
      if (byte === undefined) throw new RangeError('the header is cut off');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  flag(): boolean {
    return this.take(1) === 1;
  }

  /** Exp-Golomb, as in H.264 (ISO 14496-10, 9.1) and AV1 (4.10.3). */
  unsigned(): number {
    let zeros = 0;
    while (this.take(1) === 0) {
      zeros += 1;
      if (zeros > 31) throw new RangeError('the number is too large');
    }
    return 2 ** zeros - 1 + this.take(zeros);
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}

/** Null where the data ends before what is read. */
export function readBits<T>(data: Uint8Array, read: (bits: BitReader) => T): T | null {
  try {
    return read(new BitReader(data));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
