/** MessagePack with typed arrays, for messages that leave this machine. */
import { decode as unpack, encode as pack, ExtensionCodec } from '@msgpack/msgpack';

/** Type of our extension: a `Float32Array`, little-endian. */
const FLOATS = 1;

const codec = new ExtensionCodec();
codec.register({
  type: FLOATS,
  encode: (value) =>
    value instanceof Float32Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
  decode: (data) => {
    if (data.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) throw new Error('floats of a broken length');
    // A copy, because a typed array must begin at a multiple of four.
    return new Float32Array(new Uint8Array(data).buffer);
  },
});

/** Fields that are undefined are left out. */
export function encode(message: object): Uint8Array {
  return pack(message, { extensionCodec: codec, ignoreUndefined: true });
}

/** Throws for bytes that are no message. What they say is for a schema to check. */
export function decode(bytes: Uint8Array): unknown {
  return unpack(bytes, { extensionCodec: codec });
}
