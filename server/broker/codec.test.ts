import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.ts';

describe('a message between hosts', () => {
  it('arrives with its numbers, typed arrays and bytes', () => {
    const message = {
      at: 1_790_000_000_123.5,
      embedding: Float32Array.from([1, -0.25, 3e-9]),
      crop: Uint8Array.of(1, 2, 3),
      live: null,
      faces: [{ track: 3 }],
    };
    expect(decode(encode(message))).toEqual(message);
  });

  it('leaves out what is undefined, and keeps a part of a larger array apart', () => {
    const all = Float32Array.from([1, 2, 3, 4]);
    expect(decode(encode({ why: undefined, part: all.subarray(1, 3) }))).toEqual({
      part: Float32Array.of(2, 3),
    });
  });

  it.each([
    [Uint8Array.of(), 'outside the bounds'],
    [Uint8Array.of(0xc1), 'Unrecognized type'],
    [Uint8Array.of(0xc7, 3, 1, 0, 0, 0), 'floats of a broken length'],
  ])('is refused where the bytes are no message (%j)', (bytes, why) => {
    expect(() => decode(bytes)).toThrow(why);
  });
});
