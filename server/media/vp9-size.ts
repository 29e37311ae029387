import { largest, type Measured, payloadOf } from './picture-size.ts';
import { readVp9Descriptor, readVp9Header } from './vp9-picture.ts';

const MARKED = 0x80;

/**
 * What a packet of VP9 says of the picture that begins in it. Undecodable: another profile than 0, several spatial layers, or
 * several pictures in one, whose sizes nobody reads. Pure.
 */
export function vp9Size(packet: Buffer): Measured {
  const payload = payloadOf(packet);
  if (payload === null || payload.length === 0) return null;
  const descriptor = readVp9Descriptor(payload);
  if (!descriptor) return 'unreadable';
  const data = payload.subarray(descriptor.at);
  const ends = descriptor.ends || (packet[1]! & MARKED) !== 0;
  if (ends && data.length === 0) return 'unreadable';
  if (descriptor.layer > 0 || descriptor.sizes.length > 1 || (ends && endsWithIndex(data)))
    return 'undecodable';
  const said = descriptor.sizes[0] ?? null;
  if (!descriptor.begins) return said && { size: said, key: false };
  const header = readVp9Header(data);
  if (!header) return 'unreadable';
  if (header.profile !== 0) return 'undecodable';
  return { size: largest(header.size, said), key: header.key };
}

/** An index of several pictures ends with such a byte, and nothing else does (VP9 bitstream specification, B.2). */
function endsWithIndex(data: Uint8Array): boolean {
  return (data.at(-1)! & 0xe0) === 0xc0;
}
