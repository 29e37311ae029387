import { describe, expect, it } from 'vitest';
import { fits, vp8KeyframeSize } from './picture-size.ts';

const HD = { longer: 1920, shorter: 1080 };

/** A VP8 keyframe of this size in an RTP packet. */
function keyframe(
  width: number,
  height: number,
  {
    descriptor = [0x10],
    header = [0x80],
    extension = [] as number[],
    bytes = 10,
    tail = [] as number[],
  } = {},
): Buffer {
  const frame = Buffer.alloc(10);
  frame.set([0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a]);
  frame.writeUInt16LE(width, 6);
  frame.writeUInt16LE(height, 8);
  const fixed = Buffer.alloc(12);
  fixed[0] = header[0]!;
  return Buffer.concat([
    fixed,
    Buffer.from(extension),
    Buffer.from(descriptor),
    frame.subarray(0, bytes),
    Buffer.from(tail),
  ]);
}

describe('the size of a picture before it is decoded', () => {
  it.each([
    ['a short descriptor', {}],
    ['a picture id of 7 bits', { descriptor: [0x90, 0x80, 0x11] }],
    ['a picture id of 15 bits', { descriptor: [0x90, 0x80, 0x91, 0x22] }],
    ['all that a descriptor can have', { descriptor: [0x90, 0xf0, 0x91, 0x22, 0x01, 0x40] }],
    ['a header extension', { header: [0x90], extension: [0xbe, 0xde, 0, 1, 0x52, 0, 0, 0] }],
    ['padding', { header: [0xa0], tail: [0, 0, 3] }],
  ])('a keyframe says its size, with %s', (_, parts) => {
    expect(vp8KeyframeSize(keyframe(1280, 720, parts))).toEqual({ width: 1280, height: 720 });
  });

  it('the two bits of scaling are no part of the size', () => {
    expect(vp8KeyframeSize(keyframe(640 | 0x4000, 480 | 0xc000))).toEqual({ width: 640, height: 480 });
    expect(vp8KeyframeSize(keyframe(16_383, 16_383))).toEqual({ width: 16_383, height: 16_383 });
  });

  it('a packet in which no keyframe begins says none', () => {
    expect(vp8KeyframeSize(keyframe(640, 480, { descriptor: [0x00] }))).toBeNull();
    expect(vp8KeyframeSize(keyframe(640, 480, { descriptor: [0x11] }))).toBeNull();
    const delta = keyframe(640, 480);
    delta[13]! |= 1;
    expect(vp8KeyframeSize(delta)).toBeNull();
    expect(vp8KeyframeSize(Buffer.from([0x80, 0]))).toBeNull();
    const probe = keyframe(0, 0, { descriptor: [], bytes: 0, header: [0xa0], tail: [0, 0, 0, 4] });
    expect(vp8KeyframeSize(probe)).toBeNull();
  });

  it.each([0, 1, 6, 9])('a keyframe that is cut off after %i bytes cannot be read', (bytes) => {
    expect(vp8KeyframeSize(keyframe(16_383, 16_383, { bytes }))).toBe('unreadable');
  });

  it.each([
    [1920, 1080, true],
    [1080, 1920, true],
    [640, 480, true],
    [1920, 1440, false],
    [1922, 1080, false],
    [16_383, 16_383, false],
  ])('%i × %i fits into Full HD: %s', (width, height, fit) => {
    expect(fits({ width, height }, HD)).toBe(fit);
  });
});
