/** Cuts encoded pictures into the payloads of RTP packets: VP8 (RFC 7741), VP9 (RFC 9628) and AV1 (its RTP payload format). */

export type PictureCodec = 'vp8' | 'vp9' | 'av1';

export const MIME_TYPES = { vp8: 'video/VP8', vp9: 'video/VP9', av1: 'video/AV1' } as const;

/** Bytes of a picture in one packet, well below any MTU. */
const MOST_BYTES = 1_100;

/** Where the number of the picture is in a payload, 15 bits. */
const NUMBER_AT = { vp8: 2, vp9: 1, av1: null } as const;

/** The number of the picture is to be filled in. Data that is no picture is cut all the same. */
export function payloadsOfPicture(codec: PictureCodec, picture: Buffer): Buffer[] {
  if (codec === 'av1') return av1Payloads(picture);
  const parts: Buffer[] = [];
  for (let at = 0; at < picture.length; at += MOST_BYTES) {
    parts.push(picture.subarray(at, at + MOST_BYTES));
  }
  return parts.map((part, i) => {
    const head = codec === 'vp8' ? vp8Descriptor(i) : vp9Descriptor(picture, i === 0, i === parts.length - 1);
    return Buffer.concat([head, part]);
  });
}

export function numberPicture(codec: PictureCodec, payload: Buffer, number: number): void {
  const at = NUMBER_AT[codec];
  if (at !== null) payload.writeUInt16BE(0x8000 | (number % 0x8000), at);
}

/** X (an extension byte follows) and S (starts a partition), then I (a picture id follows). */
function vp8Descriptor(index: number): Buffer {
  return Buffer.of(0x80 | (index === 0 ? 0x10 : 0), 0x80, 0, 0);
}

/** I (a picture id follows), P (needs others), B (begins) and E (ends). */
function vp9Descriptor(picture: Buffer, begins: boolean, ends: boolean): Buffer {
  // Frame marker, two bits of the profile, no picture again; then 0 for a keyframe.
  const predicted = (picture[0]! & 0x04) !== 0;
  return Buffer.of(0x80 | (predicted ? 0x40 : 0) | (begins ? 0x08 : 0) | (ends ? 0x04 : 0), 0, 0);
}

const TEMPORAL_DELIMITER = 2;
const SEQUENCE_HEADER = 1;

/** Every unit with its length before it (W = 0), a new sequence marked (N), large units in fragments (Z, Y). */
function av1Payloads(picture: Buffer): Buffer[] {
  const units = av1UnitsOf(picture).filter(({ type }) => type !== TEMPORAL_DELIMITER);
  const begins = units.some(({ type }) => type === SEQUENCE_HEADER) ? 0x08 : 0;
  const payloads: Buffer[] = [];
  let elements: Buffer[] = [];
  let room = MOST_BYTES;
  let continues = 0;
  const flush = (goesOn: number) => {
    if (elements.length === 0) return;
    payloads.push(
      Buffer.concat([Buffer.of(continues | goesOn | (payloads.length === 0 ? begins : 0)), ...elements]),
    );
    [elements, room, continues] = [[], MOST_BYTES, goesOn === 0 ? 0 : 0x80];
  };
  for (const { unit } of units) {
    for (let at = 0; at < unit.length;) {
      // A few bytes of a unit say nothing: it begins in the next packet.
      if (at === 0 && room < 64) flush(0);
      const part = unit.subarray(at, at + room);
      elements.push(lengthOf(part.length), part);
      room -= part.length;
      at += part.length;
      if (at < unit.length) flush(0x40);
    }
  }
  flush(0);
  return payloads;
}

/** Without their own lengths, which the packets say. */
function av1UnitsOf(picture: Buffer): { type: number; unit: Buffer }[] {
  const units: { type: number; unit: Buffer }[] = [];
  for (let at = 0; at < picture.length;) {
    const first = picture[at]!;
    const head = (first & 0x04) === 0 ? 1 : 2;
    let [length, from, shift] = [0, at + head, 0];
    for (; ; shift += 7) {
      const byte = picture[from++]!;
      length += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    const header = Buffer.from(picture.subarray(at, at + head));
    header[0]! &= ~0x02;
    units.push({
      type: (first >> 3) & 15,
      unit: Buffer.concat([header, picture.subarray(from, from + length)]),
    });
    at = from + length;
  }
  return units;
}

function lengthOf(value: number): Buffer {
  return value < 0x80 ? Buffer.of(value) : Buffer.of((value & 0x7f) | 0x80, value >> 7);
}
