/** What the packets of VP9 (RFC 9628) say of a picture before it is decoded. */
import { type BitReader, readBits } from './bit-reader.ts';
import type { PictureSize } from './picture-size.ts';

/** What comes before the data of VP9 in a packet (RFC 9628, 4.2). */
export interface Vp9Descriptor {
  /** A picture begins in this packet. */
  begins: boolean;
  ends: boolean;
  /** Number of the spatial layer; 0 where there is only one. */
  layer: number;
  /** Of the spatial layers, where the packet says them. */
  sizes: PictureSize[];
  /** Where the data begins in the payload. */
  at: number;
}

/** What the beginning of a picture says (VP9 bitstream specification, 6.2). */
export interface Vp9Header {
  profile: number;
  /** Whether it can be decoded without others. */
  key: boolean;
  /** Null: that of another picture, which came before. */
  size: PictureSize | null;
}

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const SRGB = 7;
const REFERENCES = 3;

/** Null for a payload that no receiver can read. */
export function readVp9Descriptor(payload: Uint8Array): Vp9Descriptor | null {
  const bits = payload.length === 0 ? null : payload[0]!;
  if (bits === null) return null;
  const has = (mask: number) => (bits & mask) !== 0;
  const [pictureId, predicted, layers, flexible] = [0x80, 0x40, 0x20, 0x10].map(has);
  let at = 1;
  const take = () => payload[at++] ?? Number.NaN;
  if (pictureId && (take() & 0x80) !== 0) at += 1;
  let layer = 0;
  if (layers) {
    layer = (take() >> 1) & 7;
    if (!flexible) at += 1;
  }
  if (flexible && predicted) {
    let references = 1;
    while ((take() & 1) === 1) {
      references += 1;
      if (references > REFERENCES) return null;
    }
  }
  const sizes: PictureSize[] = [];
  if (has(0x02)) {
    const structure = take();
    if ((structure & 0x10) !== 0) {
      for (let i = 0; i <= structure >> 5; i += 1) {
        const side = () => take() * 256 + take();
        sizes.push({ width: side(), height: side() });
      }
    }
    if ((structure & 0x08) !== 0) {
      const pictures = take();
      for (let i = 0; i < pictures; i += 1) {
        const references = (take() >> 2) & 3;
        at += references;
      }
    }
  }
  if (at > payload.length) return null;
  return { begins: has(0x08), ends: has(0x04), layer, sizes, at };
}

/** Null for one that is cut off or is no VP9. */
export function readVp9Header(data: Uint8Array): Vp9Header | null {
  return readBits(data, header);
}

function header(bits: BitReader): Vp9Header | null {
  if (bits.take(2) !== FRAME_MARKER) return null;
  const profile = bits.take(1) + 2 * bits.take(1);
  if (profile === 3 && bits.flag()) return null;
  // An earlier picture is to be shown, nothing is decoded.
  if (bits.flag()) return { profile, key: false, size: null };
  const key = bits.take(1) === 0;
  const shown = bits.flag();
  const resilient = bits.flag();
  if (key) {
    if (bits.take(24) !== SYNC_CODE) return null;
    skipColors(bits, profile);
    return { profile, key, size: sizeOf(bits) };
  }
  const intra = !shown && bits.flag();
  if (!resilient) bits.take(2);
  if (intra) {
    if (bits.take(24) !== SYNC_CODE) return null;
    if (profile > 0) skipColors(bits, profile);
    bits.take(8);
    return { profile, key, size: sizeOf(bits) };
  }
  bits.take(8 + REFERENCES * 4);
  for (let i = 0; i < REFERENCES; i += 1) if (bits.flag()) return { profile, key, size: null };
  return { profile, key, size: sizeOf(bits) };
}

function skipColors(bits: BitReader, profile: number): void {
  if (profile >= 2) bits.take(1);
  const space = bits.take(3);
  if (space !== SRGB) {
    bits.take(1);
    if (profile === 1 || profile === 3) bits.take(3);
  } else if (profile === 1 || profile === 3) bits.take(1);
}

function sizeOf(bits: BitReader): PictureSize {
  return { width: bits.take(16) + 1, height: bits.take(16) + 1 };
}
