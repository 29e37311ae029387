/** Puts the NAL units of H.264 together from RTP packets (RFC 6184, packetization modes 0 and 1), and pictures from them. */

export interface H264Packet {
  /** RTP, 32 bits. */
  timestamp: number;
  /** Whether it is the last of its picture. */
  marker: boolean;
  payload: Buffer;
  /** By how many degrees clockwise the picture is to be turned. Default 0. */
  rotation?: number | undefined;
}

/** One encoded picture. */
export interface AccessUnit {
  timestamp: number;
  /** Without start codes. */
  nals: Buffer[];
  rotation: number;
}

/** Types of NAL units and of the packets around them. */
export const NAL = { slice: 1, keySlice: 5, sps: 7, pps: 8, several: 24, fragment: 28 } as const;
/** What a decoder needs; the others only describe. */
const NEEDED: ReadonlySet<number> = new Set([NAL.slice, NAL.keySlice, NAL.sps, NAL.pps]);
/** One NAL unit in a packet of its own. */
const LAST_SINGLE = 23;

export function nalType(nal: Uint8Array): number {
  return (nal[0] ?? 0) & 0x1f;
}

export class AccessUnits {
  readonly #limit: number;
  #unit: AccessUnit | null = null;
  #bytes = 0;
  #fragments: Buffer[] | null = null;

  /** @param limit of an encoded picture, bytes */
  constructor({ limit }: { limit: number }) {
    this.#limit = limit;
  }

  /**
   * Takes the next packet, and returns the pictures that it completes: usually none or one; two where the last packet of the
   * previous picture was not marked.
   *
   * @throws RangeError if it is none of H.264, or the picture is too large; what was collected is forgotten
   */
  take(packet: H264Packet): AccessUnit[] {
    try {
      const done: AccessUnit[] = [];
      if (this.#unit && this.#unit.timestamp !== packet.timestamp) done.push(...this.#finish());
      this.#unit ??= { timestamp: packet.timestamp, nals: [], rotation: 0 };
      if (packet.rotation !== undefined) this.#unit.rotation = packet.rotation;
      this.#add(packet.payload);
      if (packet.marker) done.push(...this.#finish());
      return done;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Forgets the picture that is not complete. */
  forget(): void {
    this.#unit = null;
    this.#bytes = 0;
    this.#fragments = null;
  }

  #finish(): AccessUnit[] {
    const unit = this.#unit;
    this.forget();
    return unit && unit.nals.length > 0 ? [unit] : [];
  }

  #add(payload: Buffer): void {
    if (payload.length === 0) return;
    const type = nalType(payload);
    if (type === NAL.fragment) this.#addFragment(payload);
    else if (type === NAL.several) this.#addSeveral(payload);
    else if (type >= 1 && type <= LAST_SINGLE) this.#addNal(payload);
    else throw new RangeError(`packets of the type ${type} are not taken`);
  }

  #addSeveral(payload: Buffer): void {
    for (let at = 1; at < payload.length;) {
      const end = at + 2 <= payload.length ? at + 2 + payload.readUInt16BE(at) : Infinity;
      if (end > payload.length) throw new RangeError('a packet is cut off');
      this.#addNal(payload.subarray(at + 2, end));
      at = end;
    }
  }

  #addFragment(payload: Buffer): void {
    if (payload.length < 3) throw new RangeError('a fragment is empty');
    const first = (payload[1]! & 0x80) !== 0;
    const last = (payload[1]! & 0x40) !== 0;
    if (first) this.#fragments = [Buffer.of((payload[0]! & 0xe0) | (payload[1]! & 0x1f))];
    if (!this.#fragments) throw new RangeError('a fragment has no beginning');
    this.#count(payload.length - 2);
    this.#fragments.push(payload.subarray(2));
    if (!last) return;
    const nal = Buffer.concat(this.#fragments);
    this.#fragments = null;
    this.#keep(nal);
  }

  #addNal(nal: Buffer): void {
    this.#count(nal.length);
    this.#keep(nal);
  }

  #keep(nal: Buffer): void {
    if (NEEDED.has(nalType(nal))) this.#unit!.nals.push(nal);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit)
      throw new RangeError(`an encoded picture is larger than ${this.#limit} bytes`);
  }
}
