import { describe, expect, it } from 'vitest';
import { pictureSizeReader } from './keyframe-size.ts';

const BASELINE = Buffer.from('6742c016da0280f6c05a810102a0000003002000000303d1e2c5d4', 'hex');
const HIGH = Buffer.from('67640016acd940a03db016a04040a8000003000800000300f078b16cb0', 'hex');
const PPS = Buffer.from('68ce3c80', 'hex');

function packet(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from('8066000100000001000000ff', 'hex'), payload]);
}

function together(...nals: Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(24), ...nals.flatMap((nal) => [Buffer.of(0, nal.length), nal])]);
}

describe('pictureSizeReader', () => {
  it('reads the size of H.264 from its parameter sets, and keeps it for keyframes that come without them', () => {
    const read = pictureSizeReader('video/H264');
    expect(read(packet(Buffer.of(0x65, 0x88)))).toBeNull();
    expect(read(packet(together(BASELINE, PPS)))).toEqual({ size: { width: 640, height: 480 }, key: true });
    expect(read(packet(Buffer.of(0x41, 0x9a)))).toBeNull();
    expect(read(packet(Buffer.of(0x7c, 0x85, 0x88)))).toEqual({
      size: { width: 640, height: 480 },
      key: true,
    });
    expect(read(packet(Buffer.of(0x7c, 0x05, 0x88)))).toBeNull();
  });

  it('another profile is undecodable, also where it hides behind others', () => {
    const read = pictureSizeReader('video/H264');
    expect(read(packet(HIGH))).toBe('undecodable');
    expect(read(packet(together(BASELINE, PPS, HIGH)))).toBe('undecodable');
  });

  it.each([
    ['in fragments', Buffer.concat([Buffer.of(0x7c, 0x87), BASELINE.subarray(1)])],
    ['cut off', BASELINE.subarray(0, 6)],
    ['in a packet that is cut off', together(BASELINE).subarray(0, 20)],
    ['in an interleaved packet', Buffer.concat([Buffer.of(25, 0, 0, 0, BASELINE.length), BASELINE])],
  ])('a parameter set %s is unreadable', (_, payload) => {
    expect(pictureSizeReader('video/H264')(packet(payload))).toBe('unreadable');
  });

  it('a codec that cannot be measured is refused', () => {
    expect(() => pictureSizeReader('video/H265')).toThrow('cannot be read');
  });
});
