/** What the packets of AV1 say of a picture before it is decoded: https://aomediacodec.github.io/av1-rtp-spec and -spec. */
import { type BitReader, readBits } from './bit-reader.ts';
import type { PictureSize } from './picture-size.ts';

/** One unit of the stream (OBU), as far as it is in a packet. */
export interface Av1Unit {
  type: number;
  /** After the header. */
  data: Uint8Array;
  /** Whether it ends in this packet. */
  whole: boolean;
}

export const AV1_SEQUENCE = 1;
/** Units that begin with the header of a picture: alone, again, and with the picture. */
export const AV1_PICTURES: ReadonlySet<number> = new Set([3, 7, 6]);

/** What a sequence header says (AV1 bitstream specification, 5.5), and what is needed to read those of pictures. */
export interface Av1Sequence extends PictureSize {
  /** Main profile, 8 bits, in color. */
  usual: boolean;
  still: boolean;
  /** Bits of the sides of a picture of another size than this. */
  widthBits: number;
  heightBits: number;
  /** Bits of the numbers of pictures, and of the difference between two; 0: none are said. */
  idBits: number;
  idDifferenceBits: number;
  orderBits: number;
  /** 0 or 1; 2: each picture says it. */
  screenContent: number;
  integerMotion: number;
}

export interface Av1Header {
  /** Null: that of another picture, which came before. */
  size: PictureSize | null;
}

const EACH_SAYS = 2;
const KEY = 0;
const INTRA = 2;
const SWITCH = 3;
const SHORT_NUMBER = 4;

/**
 * The units that begin in a packet (RTP payload format, 4.3 to 4.5). Null for a payload in which a receiver might see other
 * ones, as no sender does it.
 */
export function av1Units(payload: Uint8Array): Av1Unit[] | null {
  const aggregation = payload[0];
  if (aggregation === undefined || payload.length === 1) return null;
  const continues = (aggregation & 0x80) !== 0;
  const goesOn = (aggregation & 0x40) !== 0;
  const count = (aggregation >> 4) & 3;
  const units: Av1Unit[] = [];
  for (let at = 1, number = 1; at < payload.length; number += 1) {
    let end = payload.length;
    if (number !== count) {
      const length = shortNumber(payload, at);
      if (!length) return null;
      at = length.end;
      end = at + length.value;
    }
    if (end > payload.length || end === at) return null;
    if (number > 1 || !continues) {
      const unit = unitOf(payload.subarray(at, end), !goesOn || end < payload.length);
      if (!unit) return null;
      units.push(unit);
    }
    at = end;
  }
  return units;
}

/** Its own length, if it says one, must be the one that the packet says: a receiver believes one of them. */
function unitOf(unit: Uint8Array, whole: boolean): Av1Unit | null {
  const first = unit[0]!;
  let at = (first & 0x04) === 0 ? 1 : 2;
  if ((first & 0x02) !== 0) {
    const length = shortNumber(unit, at);
    if (!length) return null;
    at = length.end;
    if (whole && length.value !== unit.length - at) return null;
  }
  return at > unit.length ? null : { type: (first >> 3) & 0x0f, data: unit.subarray(at), whole };
}

/** LEB128. Null if it takes more than four bytes, as no length here does. */
function shortNumber(data: Uint8Array, from: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < SHORT_NUMBER; i += 1) {
    const byte = data[from + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 128 ** i;
    if ((byte & 0x80) === 0) return { value, end: from + i + 1 };
  }
  return null;
}

/** Null if it is cut off, or describes a decoder with buffers, as no camera does. */
export function readAv1Sequence(data: Uint8Array): Av1Sequence | null {
  return readBits(data, sequence);
}

function sequence(bits: BitReader): Av1Sequence | null {
  const profile = bits.take(3);
  bits.take(1);
  const still = bits.flag();
  if (still) bits.take(5);
  else if (!skipOperatingPoints(bits)) return null;
  const widthBits = bits.take(4) + 1;
  const heightBits = bits.take(4) + 1;
  const width = bits.take(widthBits) + 1;
  const height = bits.take(heightBits) + 1;
  const numbered = !still && bits.flag();
  const idDifferenceBits = numbered ? bits.take(4) + 2 : 0;
  const idBits = numbered ? idDifferenceBits + bits.take(3) + 1 : 0;
  bits.take(3);
  let [orderBits, screenContent, integerMotion] = [0, EACH_SAYS, EACH_SAYS];
  if (!still) {
    bits.take(4);
    const ordered = bits.flag();
    if (ordered) bits.take(2);
    screenContent = bits.flag() ? EACH_SAYS : bits.take(1);
    if (screenContent > 0) integerMotion = bits.flag() ? EACH_SAYS : bits.take(1);
    if (ordered) orderBits = bits.take(3) + 1;
  }
  bits.take(3);
  const deep = bits.flag();
  const gray = profile !== 1 && bits.flag();
  const usual = profile === 0 && !deep && !gray;
  const sizes = { width, height, widthBits, heightBits };
  return { usual, still, ...sizes, idBits, idDifferenceBits, orderBits, screenContent, integerMotion };
}

function skipOperatingPoints(bits: BitReader): boolean {
  if (bits.flag()) {
    bits.take(64);
    if (bits.flag()) bits.unsigned();
    const buffers = bits.flag();
    if (buffers) return false;
  }
  const delays = bits.flag();
  const points = bits.take(5) + 1;
  for (let i = 0; i < points; i += 1) {
    bits.take(12);
    if (bits.take(5) > 7) bits.take(1);
    if (delays && bits.flag()) bits.take(4);
  }
  return true;
}

/** What the beginning of a picture says (5.9). Null if it is cut off. */
export function readAv1Header(data: Uint8Array, of: Av1Sequence): Av1Header | null {
  return readBits(data, (bits) => header(bits, of));
}

function header(bits: BitReader, of: Av1Sequence): Av1Header {
  const usual = { width: of.width, height: of.height };
  if (of.still) return { size: usual };
  // An earlier picture is to be shown, nothing is decoded.
  if (bits.flag()) return { size: null };
  const kind = bits.take(2);
  const shown = bits.flag();
  if (!shown) bits.take(1);
  const key = kind === KEY;
  const intra = key || kind === INTRA;
  const complete = kind === SWITCH || (key && shown);
  const resilient = complete || bits.flag();
  bits.take(1);
  const screenContent = of.screenContent === EACH_SAYS ? bits.take(1) : of.screenContent;
  if (screenContent === 1 && of.integerMotion === EACH_SAYS) bits.take(1);
  bits.take(of.idBits);
  const otherSize = kind === SWITCH || bits.flag();
  bits.take(of.orderBits);
  if (!intra && !resilient) bits.take(3);
  const refreshed = complete ? 0xff : bits.take(8);
  if ((!intra || refreshed !== 0xff) && resilient) bits.take(8 * of.orderBits);
  const size = () =>
    otherSize ? { width: bits.take(of.widthBits) + 1, height: bits.take(of.heightBits) + 1 } : usual;
  if (intra) return { size: size() };
  const short = of.orderBits > 0 && bits.flag();
  if (short) bits.take(6);
  for (let i = 0; i < 7; i += 1) {
    if (!short) bits.take(3);
    bits.take(of.idDifferenceBits);
  }
  if (otherSize && !resilient) {
    for (let i = 0; i < 7; i += 1) if (bits.flag()) return { size: null };
  }
  return { size: size() };
}
