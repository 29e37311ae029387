/** Reads from the packets of a stream how large its pictures will be, whatever its codec. */
import { av1Sizes } from './av1-size.ts';
import type { H264Decoding } from './codecs.ts';
import { readSps } from './h264-sps.ts';
import {
  type Measured,
  type PictureSize,
  type PictureSizeReader,
  payloadOf,
  vp8KeyframeSize,
} from './picture-size.ts';
import { vp9Size } from './vp9-size.ts';

/**
 * @param h264 what is decoded of H.264
 * @throws Error for a codec whose pictures cannot be measured
 */
export function pictureSizeReader(mimeType: string, h264: H264Decoding = 'baseline'): PictureSizeReader {
  switch (mimeType.toLowerCase()) {
    case 'video/vp8':
      return vp8Size;
    case 'video/vp9':
      return vp9Size;
    case 'video/av1':
      return av1Sizes();
    case 'video/h264':
      return h264KeyframeSizes(h264);
    default:
      throw new Error(`the size of ${mimeType} cannot be read`);
  }
}

function vp8Size(packet: Buffer): Measured {
  const size = vp8KeyframeSize(packet);
  return size === null || size === 'unreadable' ? size : { size, key: true };
}
/** RFC 6184, 5.2 and ISO 14496-10, 7.4.1. */
const KEY_SLICE = 5;
const SPS = 7;
const SEVERAL = 24;
const FRAGMENT = 28;
const LAST_SINGLE = 23;

/**
 * The size of H.264 is in its parameter sets, which come before a keyframe and may be left out of later ones. A parameter set
 * that is cut into fragments is unreadable, as no encoder does it: a receiver would put the parts together.
 */
function h264KeyframeSizes(decoding: H264Decoding): PictureSizeReader {
  let last: PictureSize | null = null;
  return (packet) => {
    const payload = payloadOf(packet);
    if (payload === null || payload.length === 0) return null;
    const nals = nalsOf(payload);
    if (nals === null) return 'unreadable';
    let begins = false;
    for (const { type, nal } of nals) {
      if (type === KEY_SLICE) begins = true;
      if (type !== SPS) continue;
      const sps = nal && readSps(nal);
      if (!sps) return 'unreadable';
      if (!sps[decoding]) return 'undecodable';
      last = { width: sps.width, height: sps.height };
      begins = true;
    }
    return begins && last ? { size: last, key: true } : null;
  };
}

/** What begins in this packet; `nal` is absent where it goes on in another one. Null for a packet that nobody may send. */
function nalsOf(payload: Buffer): { type: number; nal: Buffer | null }[] | null {
  const type = payload[0]! & 0x1f;
  if (type === FRAGMENT) {
    if (payload.length < 2) return null;
    const begins = (payload[1]! & 0x80) !== 0;
    return begins ? [{ type: payload[1]! & 0x1f, nal: null }] : [];
  }
  if (type !== SEVERAL) return type >= 1 && type <= LAST_SINGLE ? [{ type, nal: payload }] : null;
  const nals: { type: number; nal: Buffer }[] = [];
  for (let at = 1; at < payload.length;) {
    const end = at + 2 <= payload.length ? at + 2 + payload.readUInt16BE(at) : Infinity;
    if (end > payload.length || end === at + 2) return null;
    nals.push({ type: payload[at + 2]! & 0x1f, nal: payload.subarray(at + 2, end) });
    at = end;
  }
  return nals;
}
