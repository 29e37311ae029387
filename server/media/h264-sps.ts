/** What a sequence parameter set of H.264 (ISO 14496-10, 7.3.2.1.1) says of its pictures, read before a decoder makes room for them. */
import { type BitReader, readBits } from './bit-reader.ts';
import type { PictureSize } from './picture-size.ts';

export interface H264Sps extends PictureSize {
  /** profile_idc: 66 baseline, 77 main, 100 high. */
  profile: number;
  /** Whether a decoder of the (constrained) baseline profile decodes it. */
  baseline: boolean;
  /** Whether a decoder of the profiles main and high decodes it, into 8 bits and 4:2:0. */
  high: boolean;
  /** Size in memory, whole macroblocks; `left` and `top` say where the picture of `width` × `height` lies in it. */
  coded: PictureSize & { left: number; top: number };
}

/** Profiles that say more of their colors. */
const WITH_CHROMA: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);
const BASELINE = 66;
const UP_TO_HIGH: ReadonlySet<number> = new Set([BASELINE, 77, 100]);
const MACROBLOCK = 16;
/** No level knows a larger one (A.3.1): sqrt(8 × 139,264) macroblocks. */
const MOST_MACROBLOCKS = 1_056;

/** @param nal without a start code, its header first. Null if it cannot be read. */
export function readSps(nal: Uint8Array): H264Sps | null {
  if (nal.length < 5) return null;
  return readBits(withoutEmulation(nal.subarray(4)), (bits) => read(nal, bits));
}

function read(nal: Uint8Array, bits: BitReader): H264Sps | null {
  const profile = nal[1]!;
  const constraints = nal[2]!;
  bits.unsigned();
  let chroma = 1;
  let deep = false;
  if (WITH_CHROMA.has(profile)) {
    chroma = bits.unsigned();
    if (chroma > 3) return null;
    if (chroma === 3) bits.take(1);
    // Bits of luma and chroma past eight.
    deep = bits.unsigned() + bits.unsigned() > 0;
    bits.take(1);
    if (bits.take(1) === 1) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.unsigned();
  skipPictureOrder(bits);
  bits.unsigned();
  bits.take(1);
  const columns = bits.unsigned() + 1;
  const mapRows = bits.unsigned() + 1;
  const frames = bits.take(1);
  const rows = mapRows * (2 - frames);
  if (columns > MOST_MACROBLOCKS || rows > MOST_MACROBLOCKS) return null;
  if (frames === 0) bits.take(1);
  bits.take(1);
  const crop = { left: 0, right: 0, top: 0, bottom: 0 };
  if (bits.take(1) === 1) {
    const across = chroma === 1 || chroma === 2 ? 2 : 1;
    const down = (chroma === 1 ? 2 : 1) * (2 - frames);
    crop.left = bits.unsigned() * across;
    crop.right = bits.unsigned() * across;
    crop.top = bits.unsigned() * down;
    crop.bottom = bits.unsigned() * down;
  }
  const coded = {
    width: columns * MACROBLOCK,
    height: rows * MACROBLOCK,
    left: crop.left,
    top: crop.top,
  };
  const width = coded.width - crop.left - crop.right;
  const height = coded.height - crop.top - crop.bottom;
  if (width <= 0 || height <= 0) return null;
  const baseline = (profile === BASELINE || (constraints & 0x80) !== 0) && frames === 1 && chroma === 1;
  const high = UP_TO_HIGH.has(profile) && chroma === 1 && !deep;
  return { profile, baseline, high, width, height, coded };
}

function skipPictureOrder(bits: BitReader): void {
  const kind = bits.unsigned();
  if (kind === 0) bits.unsigned();
  if (kind !== 1) return;
  bits.take(1);
  bits.unsigned();
  bits.unsigned();
  const cycle = bits.unsigned();
  if (cycle > 255) throw new RangeError('no cycle is that long');
  for (let i = 0; i < cycle; i += 1) bits.unsigned();
}

function skipScalingLists(bits: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (bits.take(1) === 0) continue;
    let last = 8;
    let next = 8;
    for (let i = 0; i < (list < 6 ? 16 : 64); i += 1) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

/** A third byte after two zeros only keeps the data from looking like a start code (7.4.1). */
function withoutEmulation(data: Uint8Array): Uint8Array {
  const kept = data.filter((byte, i) => !(byte === 3 && i >= 2 && data[i - 1] === 0 && data[i - 2] === 0));
  return kept;
}
