/**
 * The playout-delay header extension of libwebrtc: https://webrtc.googlesource.com/src/+/refs/heads/main/docs/native-code/rtp-hdrext/playout-delay
 * It has three bytes: the minimum and the maximum delay of a frame at the receiver, 12 bits each, in units of 10 ms. A
 * maximum of zero makes the receiver skip its jitter buffer: a frame is decoded as soon as it is complete.
 */
export const PLAYOUT_DELAY = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

const VALUE_BYTES = 3;
const FIXED_HEADER = 12;
const EXTENSION_BIT = 0x10;
/** The profiles of the two forms of the header in RFC 8285. The low four bits of the second are for the application. */
const ONE_BYTE = 0xbede;
const TWO_BYTE = 0x1000;
/** In the one-byte form, the ID that ends the list. */
const STOP = 15;

/**
 * Returns the packet with a playout delay of 0 to 0 under this extension ID (1 to 14); everything else stays the same. The
 * value is written in place if there is room, so the result may be the argument itself. A packet that is not well-formed
 * RTP, or whose header extension is not one of RFC 8285, is returned unchanged, because a late frame is better than none.
 */
export function withoutPlayoutDelay(packet: Buffer, id: number): Buffer {
  if (packet.length < FIXED_HEADER || packet[0]! >> 6 !== 2) return packet;
  const at = FIXED_HEADER + 4 * (packet[0]! & 0x0f);
  if ((packet[0]! & EXTENSION_BIT) === 0) {
    return packet.length < at ? packet : withBlock(packet, at, id);
  }
  if (packet.length < at + 4) return packet;
  const profile = packet.readUInt16BE(at);
  const twoBytes = (profile & 0xfff0) === TWO_BYTE;
  if (profile !== ONE_BYTE && !twoBytes) return packet;
  const end = at + 4 + 4 * packet.readUInt16BE(at + 2);
  if (packet.length < end) return packet;
  const prefix = twoBytes ? 2 : 1;
  let free = at + 4;
  for (let i = free; i < end;) {
    if (packet[i] === 0) {
      i += 1;
      continue;
    }
    const found = twoBytes ? packet[i]! : packet[i]! >> 4;
    if (!twoBytes && found === STOP) break;
    if (i + prefix > end) return packet;
    const length = twoBytes ? packet[i + 1]! : (packet[i]! & 0x0f) + 1;
    const next = i + prefix + length;
    if (next > end) return packet;
    if (found === id && length === VALUE_BYTES) {
      packet.fill(0, i + prefix, next);
      return packet;
    }
    // An element of another length is invalid: overwrite it with zeros, which are padding, and append a valid one.
    if (found === id) packet.fill(0, i, next);
    else free = next;
    i = next;
  }
  const needed = prefix + VALUE_BYTES;
  if (end - free >= needed) {
    writeElement(packet, free, id, twoBytes);
    packet.fill(0, free + needed, end);
    return packet;
  }
  const grown = 4 * Math.ceil((needed - (end - free)) / 4);
  const result = Buffer.allocUnsafe(packet.length + grown);
  packet.copy(result, 0, 0, free);
  writeElement(result, free, id, twoBytes);
  result.fill(0, free + needed, end + grown);
  packet.copy(result, end + grown, end);
  result.writeUInt16BE((end + grown - at - 4) / 4, at + 2);
  return result;
}

/** Adds a header extension with only this element to a packet that has no header extension. */
function withBlock(packet: Buffer, at: number, id: number): Buffer {
  const result = Buffer.allocUnsafe(packet.length + 8);
  packet.copy(result, 0, 0, at);
  result[0]! |= EXTENSION_BIT;
  result.writeUInt16BE(ONE_BYTE, at);
  result.writeUInt16BE(1, at + 2);
  writeElement(result, at + 4, id, false);
  packet.copy(result, at + 8, at);
  return result;
}

function writeElement(packet: Buffer, at: number, id: number, twoBytes: boolean): void {
  if (twoBytes) {
    packet[at] = id;
    packet[at + 1] = VALUE_BYTES;
  } else {
    packet[at] = (id << 4) | (VALUE_BYTES - 1);
  }
  const value = at + (twoBytes ? 2 : 1);
  packet.fill(0, value, value + VALUE_BYTES);
}
