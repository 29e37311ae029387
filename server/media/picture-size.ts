/** The size of a picture, read from its packets before a decoder makes room for it. */

export interface PictureSize {
  width: number;
  height: number;
}

/** What begins in a packet. */
export interface PictureStart {
  /** Null: that of an earlier picture. */
  size: PictureSize | null;
  /** Whether a decoder can begin here. */
  key: boolean;
}

/**
 * `unreadable`: a picture hides its size. `undecodable`: the pictures are of a kind that no decoder here takes. `late`: the
 * packet changes what later ones mean that have passed already. Null: no picture begins in the packet.
 */
export type Measured = PictureStart | 'unreadable' | 'undecodable' | 'late' | null;

/** Takes the packets of one stream, in the order in which they come. */
export type PictureSizeReader = (packet: Buffer) => Measured;

/** The longer and the shorter side of the largest picture, pixels: an upright phone may send as much as a screen. */
export interface PictureLimit {
  longer: number;
  shorter: number;
}

export function fits({ width, height }: PictureSize, { longer, shorter }: PictureLimit): boolean {
  return Math.max(width, height) <= longer && Math.min(width, height) <= shorter;
}

/** Both sides, so that no picture hides behind another one. */
export function largest(a: PictureSize | null, b: PictureSize | null): PictureSize | null {
  if (!a || !b) return a ?? b;
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

const FIXED_HEADER = 12;
/** Of a VP8 keyframe: the frame tag (3 bytes), the start code (3), width and height (2 each, with two bits of scaling). */
const KEYFRAME_HEADER = 10;
const SIZE_BITS = 0x3fff;

/**
 * The size that the VP8 keyframe beginning in this RTP packet announces. Null if none begins here. `unreadable` if the
 * packet is cut off before the size, as no encoder does: a receiver would put the parts together and decode any size.
 */
export function vp8KeyframeSize(packet: Buffer): PictureSize | 'unreadable' | null {
  const payload = payloadOf(packet);
  if (payload === null || payload.length === 0) return null;
  const frame = firstPartition(payload);
  if (frame === null) return null;
  // The lowest bit of the tag is 0 for a keyframe.
  if (frame.length === 0) return 'unreadable';
  if ((frame[0]! & 1) === 1) return null;
  if (frame.length < KEYFRAME_HEADER) return 'unreadable';
  return { width: frame.readUInt16LE(6) & SIZE_BITS, height: frame.readUInt16LE(8) & SIZE_BITS };
}

/** Without header, extension and padding; null if it is not RTP. */
export function payloadOf(packet: Buffer): Buffer | null {
  if (packet.length < FIXED_HEADER || packet[0]! >> 6 !== 2) return null;
  let at = FIXED_HEADER + 4 * (packet[0]! & 0x0f);
  if ((packet[0]! & 0x10) !== 0) {
    if (packet.length < at + 4) return null;
    at += 4 + 4 * packet.readUInt16BE(at + 2);
  }
  const padding = (packet[0]! & 0x20) === 0 ? 0 : packet.at(-1)!;
  return at > packet.length - padding ? null : packet.subarray(at, packet.length - padding);
}

/** What follows the payload descriptor (RFC 7741) where a frame begins; null elsewhere. */
function firstPartition(payload: Buffer): Buffer | null {
  const first = payload[0]!;
  const begins = (first & 0x10) !== 0 && (first & 0x07) === 0;
  if (!begins) return null;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const more = payload[at] ?? 0;
    at += 1;
    if ((more & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) === 0 ? 1 : 2;
    if ((more & 0x40) !== 0) at += 1;
    if ((more & 0x30) !== 0) at += 1;
  }
  return payload.subarray(at);
}
