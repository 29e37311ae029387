import {
  AV1_PICTURES,
  AV1_SEQUENCE,
  type Av1Sequence,
  av1Units,
  readAv1Header,
  readAv1Sequence,
} from './av1-picture.ts';
import { largest, type PictureSizeReader, type PictureStart, payloadOf } from './picture-size.ts';
import { continued } from './sequence-number.ts';

/**
 * The size of AV1 is in its sequence header, which comes before a keyframe, and a picture may have another one. The header
 * of a picture cannot be read without that of its sequence. So a decoder begins at a sequence header, and packets that come
 * late and change what others meant, which have passed already, are late.
 */
export function av1Sizes(): PictureSizeReader {
  let sequence: Av1Sequence | null = null;
  /** Number of the newest packet, and of the one since which this sequence is known, both continued past 65535. */
  let newest: number | null = null;
  let changedAt = 0;
  return (packet) => {
    const payload = payloadOf(packet);
    if (payload === null || payload.length === 0) return null;
    const units = av1Units(payload);
    if (units === null) return 'unreadable';
    const number: number = continued(packet.readUInt16BE(2), newest);
    const old = newest !== null && number < newest;
    newest = Math.max(number, newest ?? number);
    let start = null as PictureStart | null;
    for (const { type, data, whole } of units) {
      if (type === AV1_SEQUENCE) {
        const next = whole ? readAv1Sequence(data) : null;
        if (!next) return 'unreadable';
        if (!next.usual) return 'undecodable';
        if (!sequence || !same(next, sequence)) {
          if (old) return 'late';
          [sequence, changedAt] = [next, number];
        }
        const { width, height } = next;
        start = { size: largest(start?.size ?? null, { width, height }), key: true };
      } else if (AV1_PICTURES.has(type)) {
        // Nothing can be decoded before the first sequence header.
        if (!sequence || number < changedAt) return 'late';
        const header = readAv1Header(data, sequence);
        if (!header) return 'unreadable';
        start = { size: largest(start?.size ?? null, header.size), key: start?.key ?? false };
      }
    }
    return start;
  };
}

function same(a: Av1Sequence, b: Av1Sequence): boolean {
  return (Object.keys(a) as (keyof Av1Sequence)[]).every((field) => a[field] === b[field]);
}
